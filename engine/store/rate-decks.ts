// Published rate decks: a small record of each version, and the compiled rows of those that are
// charged by. A version counts all publications of the installation, so that whoever knows
// publications up to one number knows one deck; rows are compiled when somebody needs them.

import { limits } from "../limits.ts";
import type { CompiledRateDeck } from "../rating/rate-deck.ts";
import { assert } from "../values/assert.ts";
import { compileParts, type Part } from "./compile-rate-deck.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import type { RateDeckRecord } from "./rate-deck-record.ts";

export type PublishedRateDeck = { readonly version: number; readonly record: RateDeckRecord };

type Held = {
  readonly deck: CompiledRateDeck;
  /** Monotonic, ms. */
  neededAt: number;
  /** Undefined: it stays. Between being told of and being gone, what is under way is finished. */
  leavesAt: number | undefined;
};

type Moment = {
  readonly namedDecks: ReadonlySet<string>;
  readonly version: number;
  readonly now: number;
};

export type RateDecks = ReturnType<typeof createRateDecks>;

export const createRateDecks = (store: Store) => {
  const published = new Map<string, PublishedRateDeck[]>();
  const heldByContent = new Map<string, Held>();
  const loading = new Map<string, Promise<void>>();

  /** As it is for whoever knows publications up to `version`. */
  const at = (rateDeckId: string, version: number): PublishedRateDeck | undefined =>
    published.get(rateDeckId)?.findLast((one) => one.version <= version);

  const keep = (content: string, deck: CompiledRateDeck) =>
    heldByContent.set(content, { deck, neededAt: performance.now(), leavesAt: undefined });

  const load = async ({ rateDeckId, content, parts }: RateDeckRecord): Promise<void> => {
    const compiled = await compileParts(rateDeckId, readParts(store, content, parts));
    assert(compiled.isOk && compiled.value.content === content, `rate deck ${content} is damaged`);
    keep(content, compiled.value.deck);
  };

  return {
    at,
    latest: (rateDeckId: string): PublishedRateDeck | undefined =>
      published.get(rateDeckId)?.at(-1),
    add: (one: PublishedRateDeck): void => {
      const { rateDeckId } = one.record;
      published.set(rateDeckId, [...(published.get(rateDeckId) ?? []), one]);
    },
    keep,
    /** Until the deck of `version` is compiled here, or there is none. */
    hold: async (rateDeckId: string, version: number): Promise<void> => {
      const record = at(rateDeckId, version)?.record;
      if (record === undefined) return;
      const { content } = record;
      if (!heldByContent.has(content)) {
        const begun = loading.get(content) ?? load(record).finally(() => loading.delete(content));
        loading.set(content, begun);
        await begun;
      }
      const held = heldByContent.get(content)!;
      held.neededAt = performance.now();
      held.leavesAt = undefined;
    },
    /** The rows; of a version that is held. */
    rowsOf: (rateDeckId: string, version: number): CompiledRateDeck | undefined => {
      const content = at(rateDeckId, version)?.record.content;
      if (content === undefined) return undefined;
      const held = heldByContent.get(content);
      assert(held !== undefined, "a rate deck is compiled before it is charged by");
      return held.deck;
    },
    /**
     * Lets go of what is not the deck of `version` and was not needed for long. True: some begin to
     * leave, and must be held again before they are charged by. `now` is monotonic, ms.
     */
    retire: ({ namedDecks, version, now }: Moment): boolean => {
      const current = new Set([...namedDecks].map((id) => at(id, version)?.record.content));
      let isLeaving = false;
      for (const [content, held] of heldByContent) {
        if (current.has(content)) held.neededAt = now;
        else if (held.leavesAt !== undefined) {
          if (now >= held.leavesAt) heldByContent.delete(content);
        } else if (now - held.neededAt >= limits.rateDeckKeptMs) {
          held.leavesAt = now + 2 * limits.operationDeadlineMs;
          isLeaving = true;
        }
      }
      return isLeaving;
    },
  };
};

async function* readParts(store: Store, content: string, parts: number): AsyncGenerator<Part> {
  for (let number = 0; number < parts; number++) {
    const lines = (await store.call("HGET", keys.rateDeck(content), String(number))) as Buffer;
    assert(lines !== null, `part ${number} of rate deck ${content} is missing`);
    yield { number, lines: lines.toString("latin1") };
  }
}
