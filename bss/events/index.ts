// The door of the events: what writes them, what has them delivered, and who gets them.

export { appendEvents, eventsStatement, type Stamp } from "./append-events.ts";
export { readNetworks } from "./callback-address.ts";
export { type CallbackPolicy, callbackPolicy } from "./callback-policy.ts";
export { type Cipher, eventsEncryptedTables } from "./cipher.ts";
export { eventDomains, mayHear } from "./event-domains.ts";
export type { HubApi } from "./hub.ts";
export { hubRoutes } from "./hub-routes.ts";
export {
  type AttemptOutcome,
  type EventsOptions,
  type EventsStatus,
  type EventsWorker,
  startEvents,
} from "./start-events.ts";
export { webhookRoutes } from "./webhook-routes.ts";
export type { WebhookTools } from "./webhooks.ts";
