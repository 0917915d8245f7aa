// The door of balances: accounts are opened, balances moved and shown, by the engine alone.

import type { HubApi } from "../events/index.ts";
import type { Route } from "../http/route.ts";
import type { ResourceKind } from "../http/tmf/resource-kind.ts";
import { actionKindNames, actionKinds, balanceApi } from "./action-kinds.ts";
import { type ActionTools, actionRoutes } from "./action-routes.ts";
import { autoTopUpRoutes } from "./auto-top-up-routes.ts";
import { bucketRoutes } from "./bucket-routes.ts";
import { historyRoutes } from "./history-routes.ts";
import { eventTypes } from "./tmf654.generated.ts";

export { accountsOf, ownersOf } from "./account-owners.ts";
export type { Action } from "./action-kinds.ts";
export type { ActionTools as BalanceRouteTools } from "./action-routes.ts";
export { actionHref, findAction } from "./actions.ts";
export {
  type BalanceWorker,
  type BalanceWorkerTools,
  startBalanceWorker,
} from "./balance-worker.ts";
export {
  type BucketTerms,
  bucketIdOf,
  quantityOf,
  readBucketId,
  readQuantity,
  usageTypeOf,
} from "./bucket-terms.ts";
export {
  type AccountsSought,
  type BalanceAccount,
  findAccount,
  findAccounts,
  findBucket,
} from "./find-accounts.ts";
export { type IdentifierKey, identifierKeyOf } from "./identifier-key.ts";
export {
  type AccountToOpen,
  type BalanceTools,
  type OpenedAccount,
  openAccount,
  openAccounts,
} from "./open-accounts.ts";
export { orderTopUp } from "./order-top-up.ts";
export { type Settling, settleAction } from "./settle-action.ts";
export { Quantity } from "./tmf654.generated.ts";

export const balanceRoutes = (tools: ActionTools): readonly Route[] => [
  ...bucketRoutes(tools),
  ...actionRoutes(tools),
  ...historyRoutes(),
  ...autoTopUpRoutes(),
];

/** Those that have a table; buckets have none. */
export const balanceKinds: readonly ResourceKind[] = actionKindNames.map(
  (kind) => actionKinds[kind],
);

/** `deductBalance` is ours, and tells what the others tell. */
export const balanceHub: HubApi = {
  ...balanceApi,
  eventTypes: [
    ...eventTypes,
    ...["Create", "Cancel", "Failure"].map((event) => `DeductBalance${event}Event`),
  ],
};
