// The door of usage.

export type { AccountOwners } from "./account-owners.ts";
export { usageKinds, usageRoutes } from "./routes.ts";
