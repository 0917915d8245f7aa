// Before anything is measured: accounts with money on them and a session open on each, over the
// protocol like everything else. Not on the hot path, so the client library does it.

import { type Client, createClient } from "../../engine/protocol/client/client.ts";
import type { RequestOf } from "../../engine/protocol/operations.ts";
import type { Refusal } from "../../engine/protocol/result-codes.ts";
import type { Result } from "../../engine/values/result.ts";
import { tariffDocument } from "../../scripts/seed/operator.ts";
import type { TrafficSession } from "../traffic/session.ts";
import { nextSteadyOperation, settleSteady, startSteady } from "../traffic/steady.ts";
import { benchAccount, benchTopUps } from "./accounts.ts";

export type FillOptions = {
  readonly endpoint: string;
  readonly token: string;
  readonly accounts: number;
  readonly onProgress: (done: number) => void;
};

const accountsAtOnce = 64;
const sessionsAtOnce = 512;
/** The machine may be busy with others: patience costs nothing here. */
const deadlineMs = 60_000;

/** Publishes the tariff, opens and credits the accounts. */
export const fillAccounts = async (options: FillOptions): Promise<void> => {
  await withClient(options, async (client) => {
    expectOk(await client.publishTariff({ document: tariffDocument() }));
    await atOnce(accountsAtOnce, options, async (number) => {
      expectOk(await client.putAccount(benchAccount(number)));
      const credited = benchTopUps(number).map((topUp) => client.topUp(topUp));
      for (const outcome of await Promise.all(credited)) expectOk(outcome);
    });
  });
};

export type OpenOptions = FillOptions & {
  readonly seed: number;
  /** Seconds since 1970. */
  readonly epoch: number;
};

/** One open session on each account, by account. */
export const openSessions = async (options: OpenOptions): Promise<readonly TrafficSession[]> => {
  const { accounts, seed, epoch } = options;
  const steady = startSteady({ accounts, seed, epoch });
  const sessions: TrafficSession[] = [];
  await withClient(options, async (client) => {
    await atOnce(sessionsAtOnce, options, async (number) => {
      const operation = nextSteadyOperation(steady, Date.now());
      if (operation?.verb !== "initiate") throw new Error(`no session for account ${number}`);
      const { session, request } = operation;
      const answer = expectOk(await client.initiate(request as RequestOf<"initiate">));
      settleSteady(steady, session, answer);
      sessions[session.account] = session;
    });
  });
  return sessions;
};

const withClient = async (
  { endpoint, token }: FillOptions,
  work: (client: Client) => Promise<void>,
): Promise<void> => {
  const client = createClient({ endpoints: [endpoint], token, deadlineMs });
  try {
    await work(client);
  } finally {
    await client.close();
  }
};

/** Does the work for each account, so many at a time; ends with the first problem. */
const atOnce = async (
  most: number,
  { accounts, onProgress }: FillOptions,
  work: (number: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < accounts) {
      const number = next;
      next += 1;
      await work(number);
      done += 1;
      onProgress(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: most }, worker));
  } catch (error) {
    next = accounts;
    throw error;
  }
};

const expectOk = <T>(outcome: Result<T, Refusal>): T => {
  if (outcome.isOk) return outcome.value;
  throw new Error(`${outcome.error.code} ${outcome.error.detail}`.trimEnd());
};
