// An upload that goes on where it was interrupted, stops when it is told to, and says what the
// engine says.

import { expect, test } from "vitest";
import { refusal } from "../../engine/protocol/result-codes.ts";
import { err, ok } from "../../engine/values/result.ts";
import { uploadIdOf, uploadParts } from "./upload-parts.ts";

const parts = Array.from({ length: 12 }, (_, part) => `${part},Z\n`);

/** Keeps parts as an engine does; `refusedPart` it does not take. */
const engineWith = (there: readonly number[], refusedPart?: number) => {
  const kept = new Map(there.map((part) => [part, parts[part]]));
  const sent: number[] = [];
  const putRateDeckPart = async ({ part, lines }: { part: number; lines: string }) => {
    sent.push(part);
    if (part === refusedPart) return err(refusal("RATE_DECK_INVALID", `part ${part}`));
    const isChanged = kept.get(part) !== lines;
    kept.set(part, lines);
    return ok({ isChanged, uploadedParts: [...kept.keys()].sort((a, b) => a - b) });
  };
  return { sent, kept, client: { putRateDeckPart } };
};

const uploadTo = (client: ReturnType<typeof engineWith>["client"], signal?: AbortSignal) => {
  const shown: number[] = [];
  const outcome = uploadParts(client, {
    rateDeckId: "world",
    parts,
    signal: signal ?? new AbortController().signal,
    onPart: (there) => shown.push(there),
  });
  return outcome.then((value) => ({ value, shown }));
};

test("sends every part once, and shows how many are there", async () => {
  const { client, sent, kept } = engineWith([]);
  const { value, shown } = await uploadTo(client);
  expect(value).toEqual(ok(0));
  expect([...sent].sort((a, b) => a - b)).toEqual(parts.map((_, part) => part));
  expect(kept.size).toBe(12);
  expect(shown).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("sends only what is not there, besides the part that it asks with", async () => {
  const { client, sent, kept } = engineWith([0, 1, 2, 5, 11]);
  const { value } = await uploadTo(client);
  expect(value).toEqual(ok(5));
  expect([...sent].sort((a, b) => a - b)).toEqual([0, 3, 4, 6, 7, 8, 9, 10]);
  expect(kept.size).toBe(12);
});

test("stops after the parts under way when it is interrupted", async () => {
  const { client, sent } = engineWith([]);
  const controller = new AbortController();
  const counting = {
    putRateDeckPart: (request: Parameters<typeof client.putRateDeckPart>[0]) => {
      if (sent.length === 5) controller.abort();
      return client.putRateDeckPart(request);
    },
  };
  const { value } = await uploadTo(counting, controller.signal);
  expect(value).toEqual(ok(0));
  expect(sent.length).toBe(6);
});

test("says what the engine refuses, and sends no more", async () => {
  const { client, sent } = engineWith([], 4);
  const { value } = await uploadTo(client);
  expect(value).toMatchObject({ error: { code: "RATE_DECK_INVALID", detail: "part 4" } });
  expect(sent.length).toBeLessThan(10);
  const first = engineWith([], 0);
  expect((await uploadTo(first.client)).value.isOk).toBe(false);
  expect(first.sent).toEqual([0]);
});

test("the same rows are the same upload, other rows another one", () => {
  expect(uploadIdOf(parts)).toMatch(/^[0-9a-f]{32}$/);
  expect(uploadIdOf([...parts])).toBe(uploadIdOf(parts));
  expect(uploadIdOf(parts.slice(1))).not.toBe(uploadIdOf(parts));
});
