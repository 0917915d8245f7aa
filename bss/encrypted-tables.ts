// What the domains have encrypted, each declared by the domain that has it: what is not here keeps
// its old keys for ever.

import { encryptedAccounts } from "./accounts/index.ts";
import { encryptedCustomers } from "./customers/index.ts";
import { eventsEncryptedTables } from "./events/index.ts";
import { identityEncryptedTables } from "./identity/index.ts";
import { encryptedParties } from "./parties/index.ts";
import { type EncryptedTable, privacyEncryptedTables } from "./privacy/index.ts";
import { encryptedVoucherBatches } from "./vouchers/index.ts";

export const encryptedTables: readonly EncryptedTable[] = [
  ...encryptedParties,
  ...encryptedCustomers,
  ...encryptedAccounts,
  encryptedVoucherBatches,
  ...identityEncryptedTables,
  ...eventsEncryptedTables,
  // The last: what tells an installation's keys.
  ...privacyEncryptedTables,
];
