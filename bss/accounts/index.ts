// The door of the accounts.

export { currencyOf, soundAccount } from "./account.ts";
export { type BillingFrequency, frequencies, frequencyOf } from "./billing-cycle.ts";
export { type AccountKinds, accountKinds } from "./kinds.ts";
export { accountRoutes } from "./routes.ts";
