// Which rows are in memory: those that are charged by, once for however many ask, and old ones for
// as long as somebody may need them.

import { beforeEach, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { compileParts } from "./compile-rate-deck.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { createRateDecks, type RateDecks } from "./rate-decks.ts";

const texts = new Map<string, readonly string[]>();
let decks: RateDecks;
let reads: string[];

/** Knows how to read parts, and notes that it was asked to. */
const store = {
  call: async (_: string, key: string, part: string) => {
    reads.push(key);
    const lines = texts.get(key)?.[Number(part)];
    return lines === undefined ? null : Buffer.from(lines);
  },
} as unknown as Store;

const publish = async (version: number, deckVersion: number, ...parts: readonly string[]) => {
  const compiled = await compileParts(
    "world",
    parts.map((lines, number) => ({ number, lines })),
  );
  if (!compiled.isOk) throw new Error(compiled.error);
  const { content, deck } = compiled.value;
  texts.set(keys.rateDeck(content), parts);
  const { rowCount: rows, zoneIds } = deck;
  const uploadId = `u${version}`;
  decks.add({
    version,
    record: {
      ...{ rateDeckId: "world", deckVersion, content, parts: parts.length, rows, uploadId },
      zoneIds,
    },
  });
  return keys.rateDeck(content);
};

beforeEach(() => {
  decks = createRateDecks(store);
  reads = [];
  texts.clear();
});

const zoneAt = (version: number, number: string) => decks.rowsOf("world", version)?.zoneOf(number);

test("whoever knows publications up to a version knows the deck of that version", async () => {
  await publish(3, 1, "33,FR\n");
  await publish(7, 2, "33,FR\n", "336,FR-mobile\n");
  for (const version of [2, 3, 6, 7, 100]) await decks.hold("world", version);
  expect(zoneAt(2, "+336")).toBeUndefined();
  expect([3, 6, 7, 100].map((version) => zoneAt(version, "+336")?.zoneId)).toEqual([
    ...["FR", "FR"],
    ...["FR-mobile", "FR-mobile"],
  ]);
});

test("a deck is read once, however many wait for it and whatever version names it", async () => {
  await publish(3, 1, "33,FR\n", "34,ES\n");
  await Promise.all([3, 4, 5].map((version) => decks.hold("world", version)));
  await publish(9, 2, "33,FR\n34,ES\n");
  await decks.hold("world", 9);
  expect(reads).toHaveLength(2);
  expect(zoneAt(9, "+34")?.zoneId).toBe("ES");
});

test("rows that are not what was published are not charged by", async () => {
  const key = await publish(3, 1, "33,FR\n");
  texts.set(key, ["33,DE\n"]);
  await expect(decks.hold("world", 3)).rejects.toThrow("is damaged");
  texts.set(key, []);
  await expect(decks.hold("world", 3)).rejects.toThrow("part 0 of rate deck");
  texts.set(key, ["33,FR\n"]);
  await decks.hold("world", 3);
  expect(zoneAt(3, "+33")?.zoneId).toBe("FR");
});

const namedDecks = new Set(["world"]);
const soon = () => performance.now() + limits.rateDeckKeptMs + 1;

test("an old deck leaves when it was not needed for long, after what is under way", async () => {
  const old = await publish(3, 1, "33,FR\n");
  await decks.hold("world", 3);
  await publish(7, 2, "33,DE\n");
  await decks.hold("world", 7);
  const now = soon();
  expect(decks.retire({ namedDecks, version: 7, now: performance.now() })).toBe(false);
  expect(decks.retire({ namedDecks, version: 7, now })).toBe(true);
  expect(zoneAt(3, "+33")?.zoneId).toBe("FR");
  const gone = now + 2 * limits.operationDeadlineMs;
  expect(decks.retire({ namedDecks, version: 7, now: gone })).toBe(false);
  expect(() => zoneAt(3, "+33")).toThrow("compiled before it is charged by");
  expect(zoneAt(7, "+33")?.zoneId).toBe("DE");
  await decks.hold("world", 3);
  expect(zoneAt(3, "+33")?.zoneId).toBe("FR");
  expect(reads.filter((key) => key === old)).toHaveLength(2);
});

test("an old deck that is asked for while it leaves stays", async () => {
  await publish(3, 1, "33,FR\n");
  await decks.hold("world", 3);
  await publish(7, 2, "33,DE\n");
  const now = soon();
  expect(decks.retire({ namedDecks, version: 7, now })).toBe(true);
  await decks.hold("world", 3);
  decks.retire({ namedDecks, version: 7, now: performance.now() + 3 * limits.operationDeadlineMs });
  expect(zoneAt(3, "+33")?.zoneId).toBe("FR");
});

test("the deck of today stays for ever, one that no tariff names does not", async () => {
  await publish(3, 1, "33,FR\n");
  await decks.hold("world", 3);
  expect(decks.retire({ namedDecks, version: 3, now: soon() })).toBe(false);
  const later = soon() + limits.rateDeckKeptMs;
  expect(decks.retire({ namedDecks: new Set(), version: 3, now: later })).toBe(true);
});
