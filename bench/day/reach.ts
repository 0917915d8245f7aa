// Makes sure that there is an engine to play to, that it lets us in, and that it has the demo's
// subscribers: each of these fails with one line that says what to do.

import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient } from "../../engine/protocol/client/client.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { subscriberAt } from "../traffic/subscribers.ts";
import type { DayOptions } from "./options.ts";

/** Spread over the engine processes that share the port. */
const connections = 4;
const connectMsMax = 3_000;
const pollMs = 20;

export const reachEngine = async (options: DayOptions): Promise<Result<Client, string>> => {
  const { endpoint, token, isLocal, accounts } = options;
  let reason = "no answer";
  const client = createClient({
    endpoints: [endpoint],
    token,
    connectionsPerEndpoint: connections,
    // As for the other local commands: the port was ours alone when the engine started.
    ...(isLocal && endpoint.startsWith("wss:") ? { tls: { rejectUnauthorized: false } } : {}),
    onConnection: (change) => {
      if (!change.isUp) reason = change.reason;
    },
  });
  const giveUpAt = performance.now() + connectMsMax;
  while (client.connectionsUp() === 0 && performance.now() < giveUpAt) {
    if (isHopeless(reason)) break;
    await pause(pollMs);
  }
  const problem =
    client.connectionsUp() === 0
      ? explain(endpoint, reason)
      : await problemOfSubscribers(client, accounts);
  if (problem === undefined) return ok(client);
  await client.close();
  return err(problem);
};

const isHopeless = (reason: string): boolean => /ECONNREFUSED|\b401\b|\b404\b|\b400\b/.test(reason);

const explain = (endpoint: string, reason: string): string => {
  if (/\b401\b/.test(reason)) {
    return `the engine at ${endpoint} does not know this token; name the right one: --token-file`;
  }
  const words = /ECONNREFUSED/.test(reason) ? "nobody listens there" : reason;
  return `no engine at ${endpoint} (${words}); start it: npm start`;
};

/** The first one and the last one stand for all. */
const problemOfSubscribers = async (
  client: Client,
  accounts: number,
): Promise<string | undefined> => {
  for (const number of [0, accounts - 1]) {
    const { msisdn } = subscriberAt(number);
    const balance = await client.queryBalance({ subscriberIdentifier: msisdn });
    if (balance.isOk) continue;
    const { code, detail } = balance.error;
    return code === "USER_UNKNOWN"
      ? `${msisdn} is no subscriber there; npm start fills in a thousand, --accounts takes fewer`
      : `the engine cannot serve a day now: ${code} ${detail}`.trimEnd();
  }
  return undefined;
};
