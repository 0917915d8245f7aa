// The door of privacy: sealing and opening, masking, blind indexes, and the change of keys.

export { areKeysOfInstallation, hasHadKeys, privacyEncryptedTables } from "./check-keys.ts";
export { type Cipher, createCipher, type SealedProblem } from "./cipher.ts";
export type { EncryptedTable } from "./encrypted-table.ts";
export {
  type FieldClass,
  fieldClasses,
  maskEmail,
  maskIdentityDocument,
  maskMsisdn,
  maskName,
  maskValue,
} from "./field-classes.ts";
export { addKey, makeKeyFile, newKeys } from "./key-file.ts";
export { type KeyRing, type Keys, keyRingOf, openKeyRing } from "./key-ring.ts";
export {
  changePersonal,
  type PersonalField,
  type PersonalFields,
  personalFields,
} from "./personal-fields.ts";
export { type Rotation, rotateKeys, type TableRotation } from "./rotate-keys.ts";
export {
  type DocumentProblem,
  maskDocument,
  openDocument,
  sealDocument,
} from "./sealed-document.ts";
