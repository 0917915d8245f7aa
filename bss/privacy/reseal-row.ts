// One row of an encrypted table under the newest key.

import { err, ok, type Result } from "../../engine/values/result.ts";
import type { Cipher } from "./cipher.ts";
import type { EncryptedTable } from "./encrypted-table.ts";
import { resealDocument } from "./sealed-document.ts";

export type Row = Readonly<Record<string, unknown>>;

export type ResealedRow = {
  /** By column; documents as JSON. Each that the table declares. */
  readonly values: Readonly<Record<string, string | null>>;
  /** So many values changed; 0: the row stays. */
  readonly resealed: number;
};

/** The error is a line without any value. */
export const resealRow = (
  row: Row,
  { columns, documents }: EncryptedTable,
  cipher: Cipher,
): Result<ResealedRow, string> => {
  const values: Record<string, string | null> = {};
  let resealed = 0;
  for (const { column, purpose } of columns) {
    const sealed = row[column];
    values[column] = typeof sealed === "string" ? sealed : null;
    if (typeof sealed !== "string" || cipher.isNewest(sealed)) continue;
    const plain = cipher.open(sealed, purpose);
    if (!plain.isOk) return err(`${column}: ${problemText(plain.error)}`);
    values[column] = cipher.seal(plain.value, purpose);
    resealed += 1;
  }
  for (const { column, fields } of documents) {
    const document = row[column] ?? null;
    const changed = resealDocument(document, fields, cipher);
    if (!changed.isOk) {
      return err(`${column}${changed.error.pointer}: ${problemText(changed.error)}`);
    }
    values[column] = document === null ? null : JSON.stringify(changed.value.document);
    resealed += changed.value.resealed;
  }
  return ok({ values, resealed });
};

const problemText = (problem: { readonly code: string; readonly keyId?: string }): string =>
  problem.keyId === undefined ? problem.code : `${problem.code} ${problem.keyId}`;
