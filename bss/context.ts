// What every verb of the business side gets first: who asks, when, and the transaction that all of
// it happens in. What a verb changes it also records, and what others want to know of it it
// publishes; both are written with it or not at all (transact.ts).

import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Statements } from "./db/connection.ts";
import type { Permission, Role } from "./permissions.ts";

export type Actor = {
  /** A person who logged in, a key, a peer of the network by certificate, a person's token of
   * another issuer, or Tollgate itself; nobody at the doors that need nobody. */
  readonly kind: "user" | "api-key" | "peer" | "federated" | "system" | "anonymous";
  readonly id: string;
  /** As the audit shows it. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Of a key: what it may do at the most, whatever its roles say. Undefined: all that they say. */
  readonly scopes?: readonly Permission[] | undefined;
  /** Whose things `own` reaches. */
  readonly customerId?: string | undefined;
  /** Of keys and peers that have a rate of their own. */
  readonly requestsPerMinuteMax?: number | undefined;
};

/** Who asks, of which request, and why. */
export type Asker = {
  readonly actor: Actor;
  readonly requestId: string;
  readonly reason?: string | undefined;
};

/** One write, for the audit. `before` is null where something came to be, `after` where it went. */
export type Change = {
  /** As in `productOffering`. */
  readonly entity: string;
  readonly entityId: string;
  readonly action: "create" | "update" | "delete" | "execute";
  readonly before: unknown;
  readonly after: unknown;
};

/** Something that happened, for subscribers; as TMF630 has it. */
export type DomainEvent = {
  /** As in `ProductOfferingCreateEvent`. */
  readonly eventType: string;
  /** The API whose hub it goes to: `productCatalogManagement`. */
  readonly domain: string;
  /** As in `productOffering`: how the payload is named within the event. */
  readonly resourceName: string;
  readonly resource: unknown;
  readonly resourceId: string;
};

export type Context = {
  readonly actor: Actor;
  /** ms since 1970, the movable clock's. */
  readonly now: number;
  readonly requestId: string;
  /** Why, in the words of who asked; for the audit. */
  readonly reason: string | undefined;
  /** Of the transaction; of a mere read single statements. */
  readonly tables: NodePgDatabase;
  /** The same, for statements that Drizzle cannot say. */
  readonly statements: Statements;
  record(change: Change): void;
  publish(event: DomainEvent): void;
};

/** Tollgate's own work: schedules, workers, seed. */
export const systemActor = (name: string): Actor => ({
  kind: "system",
  id: name,
  name,
  roles: ["administrator"],
});
