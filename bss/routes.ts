// Every route of the business side, by the rooms that have them.

import { auditRoutes } from "./audit/index.ts";
import {
  accountsOf,
  type BalanceRouteTools,
  balanceHub,
  balanceKinds,
  balanceRoutes,
  ownersOf,
} from "./balances/index.ts";
import {
  catalogueKinds,
  catalogueRoutes,
  exportJobKind,
  importJobKind,
} from "./catalogue/index.ts";
import { type Clock, clockRoutes } from "./clock/index.ts";
import { composeParties } from "./compose-parties.ts";
import { type HubApi, hubRoutes, type WebhookTools, webhookRoutes } from "./events/index.ts";
import type { Route } from "./http/route.ts";
import { eventTypesOf, type ResourceKind } from "./http/tmf/resource-kind.ts";
import { type Identity, identityRoutes } from "./identity/index.ts";
import type { Cipher } from "./privacy/index.ts";
import { usageKinds, usageRoutes } from "./usage/index.ts";
import { voucherRoutes } from "./vouchers/index.ts";

/** What the rooms' routes are made with. */
export type RouteParts = {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly cipher: Cipher;
  readonly webhooks: WebhookTools;
  readonly balances: BalanceRouteTools;
};

export type Routes = {
  readonly routes: readonly Route[];
  /** The kinds of TMF resources among them. */
  readonly kinds: readonly ResourceKind[];
};

/** What is told besides what becomes of resources. */
const besides: Readonly<Record<string, readonly string[]>> = {
  productCatalogManagement: ["CatalogBatchEvent"],
  party: ["PartyConsentCreateEvent"],
};

/** A hub for each TMF API, for all that its kinds tell. */
const hubsOf = (kinds: readonly ResourceKind[]): readonly HubApi[] => {
  const hubs = new Map<string, HubApi>();
  for (const kind of kinds) {
    const first = besides[kind.api.domain] ?? [];
    const before = hubs.get(kind.api.basePath)?.eventTypes ?? first;
    hubs.set(kind.api.basePath, { ...kind.api, eventTypes: [...before, ...eventTypesOf(kind)] });
  }
  return [...hubs.values()];
};

export const routesOf = (parts: RouteParts): Routes => {
  const { identity, clock, cipher, webhooks, balances } = parts;
  const owners = { accountsOf, ownersOf };
  const parties = composeParties({ cipher });
  const told = [
    ...[...catalogueKinds, importJobKind, exportJobKind],
    ...parties.kinds,
    ...usageKinds(owners),
  ];
  const hubs = [...hubsOf(told), balanceHub];
  return {
    kinds: [...told, ...balanceKinds],
    routes: [
      ...identityRoutes(identity),
      ...auditRoutes(),
      ...webhookRoutes(webhooks),
      ...clockRoutes(clock),
      ...catalogueRoutes(),
      ...parties.routes,
      ...balanceRoutes(balances),
      ...voucherRoutes({ ...balances, cipher }),
      ...usageRoutes(owners),
      ...hubs.flatMap((api) => hubRoutes(api, webhooks.policy)),
    ],
  };
};
