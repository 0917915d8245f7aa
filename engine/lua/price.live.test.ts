// The quote of lib/price.lua, run by a real Redis, says what its TypeScript twin says, up to
// 2^53 - 1: there it moves balances, here it explains them.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { type PriceQuote, quotePrice } from "../rating/price-quote.ts";
import { anyQuestions, largeQuestions, type PriceQuestion } from "../simulation/price-questions.ts";
import { luaConstants } from "../store/lua-constants.ts";

const lib = readFileSync(new URL("lib/price.lua", import.meta.url), "utf8");

/** Per question how many numbers its price has, the price, and five more; five out. */
const script = `
local ceil, floor = math.ceil, math.floor
${lib.replaceAll("AMOUNT_MAX", String(luaConstants["AMOUNT_MAX"]))}
local answers, at = {}, 1
while at <= #ARGV[1] do
  local length, available, units, position, ahead, rated
  length, at = struct.unpack('<d', ARGV[1], at)
  local price = {struct.unpack('<' .. string.rep('d', length), ARGV[1], at)}
  at = table.remove(price)
  available, units, position, ahead, rated, at = struct.unpack('<ddddd', ARGV[1], at)
  local quote = {quotePrice(price, available, units, position, ahead, rated)}
  answers[#answers + 1] = struct.pack('<ddddd', unpack(quote))
end
return table.concat(answers)`;

const numbersOf = ({ price, available, units, before }: PriceQuestion): number[] => {
  const flat = [
    price.setupFeeMicros,
    price.minimumMicros,
    price.maximumMicros,
    price.initialBlockUnits,
    price.initialBlockPriceMicros,
    ...price.steps.flatMap((step) => [
      step.from,
      step.blockUnits,
      step.blockPriceMicros,
      step.entryFeeMicros,
    ]),
  ];
  const { position, ahead, ratedMicros } = before;
  return [flat.length, ...flat, available, units, position, ahead, ratedMicros];
};

const redis = redisOfFile();

const askLua = async (asked: readonly PriceQuestion[]): Promise<PriceQuote[]> => {
  const argument = Buffer.from(Float64Array.from(asked.flatMap(numbersOf)).buffer);
  const reply = (await redis.client.callBuffer("EVAL", script, 0, argument)) as Buffer;
  return asked.map((_, i) => {
    const [units, amount, position, ahead, ratedMicros] = [0, 8, 16, 24, 32].map((offset) =>
      reply.readDoubleLE(40 * i + offset),
    ) as [number, number, number, number, number];
    return { units, amount, progress: { position, ahead, ratedMicros } };
  });
};

const askTypeScript = ({ price, available, units, before }: PriceQuestion) =>
  quotePrice(price, available, units, before);

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`Lua and TypeScript quote the same price (seed ${seed})`, async () => {
  const question = fc.oneof(anyQuestions, largeQuestions);
  const many = fc.array(question, { minLength: 200, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(many, async (asked) => {
      expect(await askLua(asked)).toEqual(asked.map(askTypeScript));
    }),
    { seed, numRuns: 200, interruptAfterTimeLimit: 20_000 },
  );
});

test(`one bucket after the other goes on where the one before stopped (seed ${seed})`, async () => {
  const many = fc.array(anyQuestions, { minLength: 200, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(many, fc.maxSafeNat(), async (asked, share) => {
      const first = await askLua(asked);
      const next = asked.map((question, i) => ({
        ...question,
        available: share,
        units: question.units - first[i]!.units,
        before: first[i]!.progress,
      }));
      expect(await askLua(next)).toEqual(next.map(askTypeScript));
    }),
    { seed, numRuns: 40, interruptAfterTimeLimit: 10_000 },
  );
});
