// Documents whose personal values are sealed, the rest stays as it is and can be asked for: in
// place of a value stands `{"$sealed": "..."}`. Everything that JSON can say comes back as it was,
// be it of that very form.

import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Cipher, SealedProblem } from "./cipher.ts";
import { maskValue } from "./field-classes.ts";
import { changePersonal, type PersonalField, type PersonalFields } from "./personal-fields.ts";

/** At which declared place; values are not quoted. */
export type DocumentProblem = SealedProblem & { readonly pointer: string };

const sealedOf = (value: unknown): string | undefined => {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "$sealed")) {
    return undefined;
  }
  const { $sealed } = value as { readonly $sealed: unknown };
  return typeof $sealed === "string" && Object.keys(value).length === 1 ? $sealed : undefined;
};

/** Of a document that is not sealed. */
export const sealDocument = (document: unknown, fields: PersonalFields, cipher: Cipher): unknown =>
  changePersonal(document, fields, (value, field) => sealValue(value, field, cipher));

const sealValue = (value: unknown, { purpose }: PersonalField, cipher: Cipher): unknown => ({
  $sealed: cipher.seal(JSON.stringify(value), purpose),
});

const openValue = (
  sealed: string,
  { pointer, purpose }: PersonalField,
  cipher: Cipher,
): Result<unknown, DocumentProblem> => {
  const plain = cipher.open(sealed, purpose);
  if (!plain.isOk) return err({ ...plain.error, pointer });
  try {
    return ok(JSON.parse(plain.value));
  } catch {
    // Sealed for this place, but not by sealDocument.
    return err({ code: "MALFORMED", pointer });
  }
};

/** What is not sealed stays: it was there before its place was declared. */
export const openDocument = (
  document: unknown,
  fields: PersonalFields,
  cipher: Cipher,
): Result<unknown, DocumentProblem> => {
  let problem: DocumentProblem | undefined;
  const opened = changePersonal(document, fields, (value, field) => {
    const sealed = sealedOf(value);
    if (sealed === undefined) return value;
    const plain = openValue(sealed, field, cipher);
    if (plain.isOk) return plain.value;
    problem ??= plain.error;
    return value;
  });
  return problem === undefined ? ok(opened) : err(problem);
};

export type Resealed = {
  readonly document: unknown;
  /** So many values were under an older key, or under none. */
  readonly resealed: number;
};

/** Everything under the newest key. */
export const resealDocument = (
  document: unknown,
  fields: PersonalFields,
  cipher: Cipher,
): Result<Resealed, DocumentProblem> => {
  let resealed = 0;
  let problem: DocumentProblem | undefined;
  const changed = changePersonal(document, fields, (value, field) => {
    const sealed = sealedOf(value);
    if (sealed !== undefined && cipher.isNewest(sealed)) return value;
    resealed += 1;
    if (sealed === undefined) return sealValue(value, field, cipher);
    const plain = cipher.open(sealed, field.purpose);
    if (plain.isOk) return { $sealed: cipher.seal(plain.value, field.purpose) };
    problem ??= { ...plain.error, pointer: field.pointer };
    return value;
  });
  return problem === undefined ? ok({ document: changed, resealed }) : err(problem);
};

/** For whoever may not know it. Of what is still sealed nothing is shown. */
export const maskDocument = (document: unknown, fields: PersonalFields): unknown =>
  changePersonal(document, fields, (value, { fieldClass }) => maskValue(value, fieldClass));
