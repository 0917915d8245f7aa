// Whose events need which permission: by the API that they are of. Who may not read something is
// not told of it either. A domain that is not here nobody can subscribe to.

import type { Actor } from "../context.ts";
import { type Permission, reachOf } from "../permissions.ts";

export const permissionsByDomain = {
  productCatalogManagement: "catalogue:read",
  party: "party:read",
  partyRole: "party:read",
  customer: "customer:read",
  account: "account:read",
  prepayBalanceManagement: "balance:read",
  usageManagement: "usage:read",
  usageConsumption: "usage:read",
  identityManagement: "identity:read",
  /** What becomes of subscriptions themselves. */
  eventManagement: "event:subscribe",
} as const satisfies Record<string, Permission>;

export type EventDomain = keyof typeof permissionsByDomain;

export const eventDomains = Object.keys(permissionsByDomain) as readonly EventDomain[];

const isDomain = (domain: string): domain is EventDomain =>
  Object.hasOwn(permissionsByDomain, domain);

/** All of its events: there is no subscription to what is one's own only. */
export const mayHear = ({ roles, scopes }: Actor, domain: string): boolean => {
  if (!isDomain(domain)) return false;
  const permission = permissionsByDomain[domain];
  return reachOf(roles, permission) === "all" && (scopes?.includes(permission) ?? true);
};
