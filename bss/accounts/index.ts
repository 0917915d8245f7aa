// The door of the accounts.

export { currencyOf, soundAccount } from "./account.ts";
export { type BillingFrequency, frequencies, frequencyOf } from "./billing-cycle.ts";
export {
  type ImportedParties,
  type ImportedParty,
  type ImportKinds,
  importParties,
  type PartyRow,
} from "./import-parties.ts";
export { type AccountKinds, accountKinds, encryptedAccounts } from "./kinds.ts";
export { accountRoutes } from "./routes.ts";
