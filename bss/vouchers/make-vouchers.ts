// Makes the vouchers of a batch, a page in a transaction with how far it has come: whoever dies in
// between, the next one goes on from there. A code that is there already, which chance may bring,
// is drawn anew.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { limits } from "../limits.ts";
import type { Asker, Transact } from "../transact.ts";
import { type Batch, hashOfCode, seedOf, type VoucherCipher } from "./batches.ts";
import { voucherBatches } from "./schema.ts";
import { codeOf } from "./voucher-code.ts";

/** Undefined: nothing is to be made, or another one makes it. */
const lockNext = async ({ tables }: Context): Promise<Batch | undefined> => {
  const [batch] = await tables
    .select()
    .from(voucherBatches)
    .where(eq(voucherBatches.state, "making"))
    .orderBy(voucherBatches.number)
    .limit(1)
    .for("update", { skipLocked: true });
  return batch;
};

/** The serials of this page whose codes were taken. */
const insertDraws = async (
  { statements }: Context,
  cipher: VoucherCipher,
  batch: Batch,
  { seed, serials, draw }: { seed: Buffer; serials: readonly number[]; draw: number },
): Promise<readonly number[]> => {
  const { digits } = batch;
  const hashes = serials.map((serial) =>
    hashOfCode(cipher, codeOf(seed, { serial, draw, digits })),
  );
  const { rows } = await statements.query<{ serial: number }>({
    name: "insert_vouchers",
    text: `INSERT INTO vouchers (batch, serial, draw, code_hash, state)
      SELECT $1, serial, $2, code_hash, 'created'
      FROM unnest($3::int[], $4::bytea[]) AS made (serial, code_hash)
      ON CONFLICT DO NOTHING RETURNING serial`,
    values: [batch.number, draw, serials, hashes],
  });
  const there = new Set(rows.map(({ serial }) => serial));
  return serials.filter((serial) => !there.has(serial));
};

/** A few in a million are drawn twice; so often means that something else is wrong. */
const drawsMax = 20;

const makePage = async (context: Context, cipher: VoucherCipher, batch: Batch): Promise<void> => {
  const seed = seedOf(cipher, batch);
  if (seed === undefined) throw new Error("a batch was printed before it was made");
  const size = Math.min(limits.voucherPageMax, batch.count - batch.made);
  let serials: readonly number[] = Array.from({ length: size }, (_, at) => batch.made + at + 1);
  for (let draw = 0; serials.length > 0; draw++) {
    if (draw > drawsMax) throw new Error("there are no codes left of that length");
    serials = await insertDraws(context, cipher, batch, { seed, serials, draw });
  }
  const made = batch.made + size;
  await context.tables
    .update(voucherBatches)
    .set({ made, state: made === batch.count ? "made" : "making" })
    .where(eq(voucherBatches.number, batch.number));
};

/** Whether there was something to do. */
export const makeVouchers = async (
  transact: Transact,
  asker: Asker,
  cipher: VoucherCipher,
): Promise<boolean> => {
  const done = await transact(asker, async (context) => {
    const batch = await lockNext(context);
    if (batch !== undefined) await makePage(context, cipher, batch);
    return ok(batch !== undefined);
  });
  return done.isOk && done.value;
};
