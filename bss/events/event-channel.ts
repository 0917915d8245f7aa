// How processes wake each other: a channel of LISTEN/NOTIFY that says which subscriptions have
// something to deliver, or that subscriptions have changed. It only spares waiting: whoever misses
// a word looks every second anyhow.

import type { Statements } from "../db/connection.ts";

export const eventChannel = "tollgate_events";

/** NOTIFY takes less than 8,000 octets; more subscriptions than fit are all of them. */
const payloadCharactersMax = 7_000;

export const notifyDeliveries = async (
  statements: Statements,
  subscriptions: ReadonlySet<number>,
): Promise<void> => {
  const numbers = [...subscriptions].join(",");
  const payload = numbers.length <= payloadCharactersMax ? numbers : "";
  await statements.query("SELECT pg_notify($1, $2)", [eventChannel, payload]);
};

/** Subscriptions came, went or changed: whoever shares them looks at once. */
export const notifySubscriptions = async (statements: Statements): Promise<void> => {
  await statements.query("SELECT pg_notify($1, 'subscriptions')", [eventChannel]);
};

export type Word =
  | { readonly kind: "subscriptions" }
  /** Undefined: any of them. */
  | { readonly kind: "deliveries"; readonly of: readonly number[] | undefined };

export const readWord = (payload: string | undefined): Word => {
  if (payload === "subscriptions") return { kind: "subscriptions" };
  const isList = /^\d{1,10}(,\d{1,10})*$/.test(payload ?? "");
  return { kind: "deliveries", of: isList ? payload?.split(",").map(Number) : undefined };
};
