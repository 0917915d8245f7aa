// What a domain has encrypted, declared once by the domain that has it: a change of keys finds it
// by this, and nothing else has to know.

import type { PersonalFields } from "./personal-fields.ts";

export type EncryptedTable = {
  readonly table: string;
  /** Unique, and it orders the rows: the primary key. */
  readonly idColumn: string;
  /** Of type text, each with one sealed value (Cipher.seal) or null. */
  readonly columns: readonly { readonly column: string; readonly purpose: string }[];
  /** Of type jsonb, each with a document of sealDocument or null. */
  readonly documents: readonly { readonly column: string; readonly fields: PersonalFields }[];
};
