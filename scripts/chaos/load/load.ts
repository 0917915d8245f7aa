// The load: an element for each account, which plays one turn after another with pauses between, on
// the real client library. It can be brought to rest, when every outcome is known and no session is
// open but those that were abandoned.

import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient } from "../../../engine/protocol/client/client.ts";
import { nextFraction, randomFrom } from "../../../engine/values/random.ts";
import { createBooks } from "../proof/books.ts";
import type { World } from "../world/world.ts";
import { type Asking, createAsking } from "./asking.ts";
import { openAccounts } from "./operator.ts";
import { fillAccount, playTurn, type Turns } from "./turns.ts";

export type Load = {
  readonly asking: Asking;
  readonly network: Client;
  readonly accountIds: readonly string[];
  /** Resolves when every element is between two turns; false: not within `msMax`. */
  rest(msMax: number): Promise<boolean>;
  goOn(): void;
  /** At rest or not. */
  close(): Promise<void>;
};

export type LoadOptions = {
  readonly seed: number;
  readonly accounts: number;
  /** It waits for nobody any more then; close it all the same. */
  readonly signal?: AbortSignal;
  /** For how long it may take to open the accounts. */
  readonly openMsMax?: number;
};

const openMsMaxDefault = 60_000;

/** Between two turns: twice that at most. With 120 accounts some 400 operations a second. */
const pauseMs = 500;

const createGate = () => {
  let open: Promise<void> = Promise.resolve();
  let letGo: (() => void) | undefined;
  return {
    isClosed: () => letGo !== undefined,
    passing: () => open,
    close: () => {
      if (letGo !== undefined) return;
      open = new Promise((resolve) => {
        letGo = resolve;
      });
    },
    open: () => {
      letGo?.();
      letGo = undefined;
    },
  };
};

const openClients = ({ endpoints, networkToken, businessToken }: World) => {
  const clientWith = (token: string) => createClient({ endpoints, token });
  return { network: clientWith(networkToken), business: clientWith(businessToken) };
};

type Clients = ReturnType<typeof openClients>;

const closeClients = async ({ network, business }: Clients): Promise<void> => {
  await Promise.all([network.close(), business.close()]);
};

/** Rejects when that is not done in time. */
const openAndFill = async (turns: Turns, msMax: number): Promise<void> => {
  const { asking, accountIds, business } = turns;
  const deadline = performance.now() + msMax;
  const isGivenUp = () => asking.isGivenUp() || performance.now() > deadline;
  await openAccounts(business, accountIds, isGivenUp);
  const impatience = setTimeout(asking.giveUp, deadline - performance.now());
  await Promise.all(accountIds.map((id) => fillAccount(turns, id)));
  clearTimeout(impatience);
  const without = accountIds.length - asking.acknowledged();
  if (without > 0) throw new Error(`${without} accounts got no money`);
};

/** Resolves once all accounts are open and have their money; rejects with why they are not. */
export const startLoad = async (world: World, options: LoadOptions): Promise<Load> => {
  const clients = openClients(world);
  const { signal, openMsMax = openMsMaxDefault } = options;
  const accountIds = Array.from({ length: options.accounts }, (_, index) => `a${index}`);
  const asking = createAsking(createBooks());
  for (const id of accountIds) asking.books.open(id);
  const onAbort = () => {
    asking.giveUp();
    void closeClients(clients);
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  let numbers = 0;
  const turns: Turns = {
    ...clients,
    asking,
    accountIds,
    random: randomFrom(options.seed, 1),
    number: () => numbers++,
  };
  try {
    await openAndFill(turns, openMsMax);
  } catch (error) {
    await closeClients(clients);
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`the accounts cannot be opened: ${words}`);
  }
  const gate = createGate();
  const ending = new AbortController();
  let moving = 0;
  const element = async (accountId: string): Promise<void> => {
    while (!ending.signal.aborted) {
      moving++;
      await playTurn(turns, accountId);
      moving--;
      if (!gate.isClosed()) await pause(2 * pauseMs * nextFraction(turns.random));
      await gate.passing();
    }
  };
  const elements = accountIds.map(element);
  return {
    ...{ asking, accountIds, network: clients.network },
    rest: async (msMax) => {
      gate.close();
      const deadline = performance.now() + msMax;
      // One that pauses finds the gate closed before its next turn.
      while (moving > 0 && !signal?.aborted && performance.now() < deadline) await pause(10);
      return moving === 0;
    },
    goOn: () => gate.open(),
    close: async () => {
      ending.abort();
      asking.giveUp();
      gate.open();
      await closeClients(clients);
      await Promise.all(elements);
    },
  };
};
