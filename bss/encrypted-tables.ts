// What the domains have encrypted, each declared by the domain that has it: what is not here keeps
// its old keys for ever.

import { encryptedAccounts } from "./accounts/index.ts";
import { encryptedCustomers } from "./customers/index.ts";
import { encryptedParties } from "./parties/index.ts";
import type { EncryptedTable } from "./privacy/index.ts";
import { encryptedVoucherBatches } from "./vouchers/index.ts";

export const encryptedTables: readonly EncryptedTable[] = [
  ...encryptedParties,
  ...encryptedCustomers,
  ...encryptedAccounts,
  encryptedVoucherBatches,
];
