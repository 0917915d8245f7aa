// What seals the secrets of webhooks at rest, and where they are, for a change of keys.

import { assert } from "../../engine/values/assert.ts";
import type { Cipher as AnyCipher, EncryptedTable } from "../privacy/index.ts";

export type Cipher = Pick<AnyCipher, "seal" | "open">;

/** Of both columns: a rotated secret moves from one to the other as it is. Never renamed. */
export const secretPurpose = "webhook-secret";

export const eventsEncryptedTables: readonly EncryptedTable[] = [
  {
    ...{ table: "event_subscriptions", idColumn: "number", documents: [] },
    columns: [
      { column: "secret", purpose: secretPurpose },
      { column: "previous_secret", purpose: secretPurpose },
    ],
  },
];

/** What this program has sealed opens, or the keys are not those that it had. */
export const openSecret = ({ open }: Cipher, sealed: string): string => {
  const opened = open(sealed, secretPurpose);
  assert(opened.isOk, `a webhook's secret does not open: ${opened.isOk ? "" : opened.error.code}`);
  return opened.value;
};
