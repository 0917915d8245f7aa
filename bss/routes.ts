// Every route of the business side, by the rooms that have them.

import { auditRoutes } from "./audit/index.ts";
import { type Clock, clockRoutes } from "./clock/index.ts";
import { type WebhookTools, webhookRoutes } from "./events/index.ts";
import type { Route } from "./http/route.ts";
import type { ResourceKind } from "./http/tmf/resource-kind.ts";
import { type Identity, identityRoutes } from "./identity/index.ts";

/** What the rooms' routes are made with. */
export type RouteParts = {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly webhooks: WebhookTools;
};

/** The kinds of TMF resources among them. */
export const kindsOf = (_: RouteParts): readonly ResourceKind[] => [];

export const routesOf = ({ identity, clock, webhooks }: RouteParts): readonly Route[] => [
  ...identityRoutes(identity),
  ...auditRoutes(),
  ...webhookRoutes(webhooks),
  ...clockRoutes(clock),
];
