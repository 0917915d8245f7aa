// What the domains have encrypted, each declared by the domain that has it: what is not here keeps
// its old keys for ever.

import type { EncryptedTable } from "./privacy/index.ts";

export const encryptedTables: readonly EncryptedTable[] = [];
