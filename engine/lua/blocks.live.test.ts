// The quote of lib/blocks.lua, run by a real Redis, says what its TypeScript twin says, up to
// 2^53 - 1: there it moves balances, here it explains them.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import { quoteBlocks, quoteUnits } from "../rating/quote.ts";
import { amountMax } from "../values/units.ts";

/** Five doubles in for each question, three out. */
const script = `
local ceil, floor = math.ceil, math.floor
${readFileSync(new URL("lib/blocks.lua", import.meta.url), "utf8")}
local answers, at = {}, 1
while at <= #ARGV[1] do
  local available, units, ahead, size, price
  available, units, ahead, size, price, at = struct.unpack('<ddddd', ARGV[1], at)
  answers[#answers + 1] = struct.pack('<ddd', quote(available, units, ahead, size, price))
end
return table.concat(answers)`;

type Question = {
  readonly available: number;
  readonly units: number;
  readonly ahead: number;
  readonly size: number;
  readonly price: number;
};

const amounts = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 50 }).map((n) => amountMax - n),
  fc.tuple(fc.integer({ min: 0, max: 52 }), fc.integer({ min: -1, max: 1 })).map(([n, by]) => {
    return Math.max(0, 2 ** n + by);
  }),
);
const sizes = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 2 ** 50 }),
);
const prices = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.integer({ min: 0, max: 999_999_999_999_999 }),
);
const questions: fc.Arbitrary<Question> = fc
  .record({ available: amounts, units: amounts, part: fc.maxSafeNat(), size: sizes, price: prices })
  .map(({ part, ...rest }) => ({ ...rest, ahead: rest.size === 0 ? part : part % rest.size }));
const divisors = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 27 }),
  fc.integer({ min: 1, max: 2 ** 50 }),
  fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -1, max: 1 })).map(([n, by]) => {
    return 2 ** n + by;
  }),
);
/** Where a quotient is nearest to a whole number: about a multiple, up to the largest amount. */
const nearMultiples = fc
  .record({
    size: divisors,
    price: divisors,
    halvings: fc.integer({ min: 0, max: 26 }),
    off: fc.integer({ min: -1, max: 1 }),
  })
  .map(({ size, price, halvings, off }) => {
    const blocks = Math.max(1, Math.floor(amountMax / Math.max(size, price) / 2 ** halvings));
    const near = (amount: number) => Math.min(amountMax, amount + off);
    return { available: near(price * blocks), units: near(size * blocks), ahead: 0, size, price };
  });

const redis = redisOfFile();

const askLua = async (asked: readonly Question[]) => {
  const numbers = asked.flatMap(({ available, units, ahead, size, price }) => {
    return [available, units, ahead, size, price];
  });
  const argument = Buffer.from(Float64Array.from(numbers).buffer);
  const reply = (await redis.client.callBuffer("EVAL", script, 0, argument)) as Buffer;
  return asked.map((_, i) => ({
    units: reply.readDoubleLE(24 * i),
    amount: reply.readDoubleLE(24 * i + 8),
    ahead: reply.readDoubleLE(24 * i + 16),
  }));
};

const askTypeScript = ({ available, units, ahead, size, price }: Question) =>
  size === 0
    ? quoteUnits(available, units, ahead)
    : quoteBlocks(available, units, ahead, { size, price });

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

test(`Lua and TypeScript quote the same (seed ${seed})`, async () => {
  const many = fc.array(fc.oneof(questions, nearMultiples), { minLength: 200, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(many, async (asked) => {
      expect(await askLua(asked)).toEqual(asked.map(askTypeScript));
    }),
    { seed, numRuns: 200, interruptAfterTimeLimit: 15_000 },
  );
});

/** What is there and a credit limit of as much again: an even number from 2^53 on. */
const beyondAmounts = fc
  .tuple(fc.integer({ min: 2 ** 20, max: 2 ** 50 }), fc.integer({ min: 1, max: 1_000 }))
  .map(([price, fewer]): Question => {
    const next = BigInt(price) * (2n ** 54n / BigInt(price) - BigInt(fewer));
    const available = Math.max(2 ** 53, Number(((next - 1n) / 2n) * 2n));
    return { available, units: amountMax, ahead: 0, size: 1, price };
  });

test(`takes no more than there is, even beyond 2^53 - 1 (seed ${seed})`, async () => {
  const many = fc.array(beyondAmounts, { minLength: 200, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(many, async (asked) => {
      const quotes = await askLua(asked);
      const over = asked.filter(({ available }, i) => quotes[i]!.amount > available);
      expect(over).toEqual([]);
    }),
    { seed, numRuns: 20 },
  );
});
