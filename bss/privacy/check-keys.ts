// Whether these keys are those of this installation: one value, sealed with the first keys that
// came, has to open with all that come later. With others everything that is sealed would be lost
// to whoever looks for it, and what is new would be lost to the first.

import { eq } from "drizzle-orm";
import type { Database } from "../db/connection.ts";
import type { Cipher } from "./cipher.ts";
import type { EncryptedTable } from "./encrypted-table.ts";
import { privacyInstallation as installation } from "./schema.ts";

const purpose = "privacy_installation.sealed";

export const privacyEncryptedTables: readonly EncryptedTable[] = [
  {
    ...{ table: "privacy_installation", idColumn: "id", documents: [] },
    columns: [{ column: "sealed", purpose }],
  },
];

const isOne = eq(installation.id, 1);
const text = "the keys of this installation";

type At = Pick<Database, "tables">;

/** Something may be sealed already: no new keys are made for it. */
export const hasHadKeys = async ({ tables }: At): Promise<boolean> =>
  (await tables.$count(installation, isOne)) > 0;

/** Of processes that start at once with different keys one has the right ones. */
export const areKeysOfInstallation = async (
  { tables }: At,
  cipher: Pick<Cipher, "seal" | "open" | "fingerprint">,
): Promise<boolean> => {
  const fingerprint = cipher.fingerprint(text, purpose).toString("base64url");
  const first = { id: 1, sealed: cipher.seal(text, purpose), fingerprint };
  await tables.insert(installation).values(first).onConflictDoNothing();
  const [row] = await tables.select().from(installation).where(isOne);
  return row?.fingerprint === fingerprint && cipher.open(row.sealed, purpose).isOk;
};
