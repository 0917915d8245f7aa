// Batches of vouchers: ordered, made in pages by the worker, printed, sold, blocked.

import { randomBytes } from "node:crypto";
import { desc, eq, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { UnitKind } from "../../engine/values/units.ts";
import { type BucketTerms, type Quantity, quantityOf, readQuantity } from "../balances/index.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Cipher, EncryptedTable } from "../privacy/index.ts";
import { voucherBatches, vouchers } from "./schema.ts";

/** Seals a seed, and makes what a code is looked up by: 16 octets of an HMAC-SHA-256. */
export type VoucherCipher = Pick<Cipher, "seal" | "open" | "fingerprint">;

/** For a change of keys; hashes of codes keep theirs. */
export const encryptedVoucherBatches: EncryptedTable = {
  ...{ table: "voucher_batches", idColumn: "id", documents: [] },
  columns: [{ column: "sealed_seed", purpose: "voucher_batches.sealed_seed" }],
};

export type Batch = typeof voucherBatches.$inferSelect;

const seedPurpose = "voucher_batches.sealed_seed";

export const hashOfCode = (cipher: VoucherCipher, code: string): Buffer =>
  cipher.fingerprint(code, "vouchers.code_hash");

export type BatchOrder = {
  readonly name: string;
  readonly count: number;
  readonly bucketId: string;
  readonly unit: UnitKind;
  readonly amount: Quantity;
  readonly extendsValiditySeconds?: number | undefined;
  readonly digits?: number | undefined;
  readonly validFor: { readonly startDateTime: string; readonly endDateTime: string };
};

const termsOf = ({ bucketId, unit, currency }: Batch): BucketTerms => ({
  ...{ bucketId, unit, currency },
});

export const batchValue = (batch: Batch): Quantity => quantityOf(termsOf(batch), batch.amount);

/** What the API shows of it: never its seed. */
export const shownBatch = (batch: Batch, now: number) => ({
  id: batch.id,
  href: `/api/voucher-batches/${batch.id}`,
  number: batch.number,
  name: batch.name,
  count: batch.count,
  made: batch.made,
  digits: batch.digits,
  bucketId: batch.bucketId,
  unit: batch.unit,
  amount: batchValue(batch),
  validFor: {
    startDateTime: new Date(batch.validFrom).toISOString(),
    endDateTime: new Date(batch.validUntil).toISOString(),
  },
  isPrinted: batch.sealedSeed === null,
  state: batch.state === "active" && batch.validUntil <= now ? ("expired" as const) : batch.state,
});
export type ShownBatch = ReturnType<typeof shownBatch>;

const record = (
  context: Context,
  action: "create" | "update",
  before: Batch | null,
  after: Batch,
) =>
  context.record({
    ...{ entity: "voucherBatch", entityId: after.id, action },
    before: before && shownBatch(before, context.now),
    after: shownBatch(after, context.now),
  });

/** Whoever ordered it looks at `made`: the worker makes them. */
export const orderBatch = async (
  context: Context,
  cipher: VoucherCipher,
  order: BatchOrder,
): Promise<Answered<ShownBatch>> => {
  const { now } = context;
  const { bucketId, unit } = order;
  const currency = unit === "money" ? (order.amount.units ?? "") : null;
  if (currency !== null && !/^[A-Z]{3}$/.test(currency)) {
    return refuse("UNPROCESSABLE", "/amount/units: expected a currency, as EUR", {
      errors: [{ pointer: "/amount/units", detail: "expected a currency, as EUR" }],
    });
  }
  const amount = readQuantity({ bucketId, unit, currency }, order.amount);
  if (!amount.isOk) return amount;
  const validFrom = Date.parse(order.validFor.startDateTime);
  const validUntil = Date.parse(order.validFor.endDateTime);
  if (!(validFrom < validUntil && validUntil > now)) {
    const errors = [{ pointer: "/validFor/endDateTime", detail: "it is over before it begins" }];
    return refuse("UNPROCESSABLE", "/validFor/endDateTime: it is over before it begins", {
      errors,
    });
  }
  const [made] = await context.tables
    .insert(voucherBatches)
    .values({
      ...{ id: uuidV7(now), name: order.name, count: order.count, made: 0, misses: 0 },
      ...{ bucketId, unit, currency, amount: amount.value, validFrom, validUntil },
      digits: order.digits ?? limits.voucherDigitsDefault,
      extendsValiditySeconds: order.extendsValiditySeconds ?? null,
      sealedSeed: cipher.seal(randomBytes(32).toString("base64url"), seedPurpose),
      ...{ state: "making", createdAt: now },
    })
    .returning();
  if (made === undefined) throw new Error("an insert gave no row");
  record(context, "create", null, made);
  return ok(shownBatch(made, now));
};

/** Undefined: its codes were printed. What does not open is a defect: nobody else sealed it. */
export const seedOf = (cipher: VoucherCipher, { sealedSeed }: Batch): Buffer | undefined => {
  if (sealedSeed === null) return undefined;
  const opened = cipher.open(sealedSeed, seedPurpose);
  if (!opened.isOk) throw new Error("the seed of a batch of vouchers does not open");
  return Buffer.from(opened.value, "base64url");
};

export const findBatch = async (
  { tables }: Context,
  id: string,
  lock?: "update",
): Promise<Answered<Batch>> => {
  const query = tables.select().from(voucherBatches).where(eq(voucherBatches.id, id));
  const [batch] = await (lock === undefined ? query : query.for(lock));
  return batch === undefined ? refuse("NOT_FOUND", `there is no batch ${id}`) : ok(batch);
};

/** Newest first. */
export const listBatches = async (
  { tables, now }: Context,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly ShownBatch[]> => {
  const batches = await tables
    .select()
    .from(voucherBatches)
    .orderBy(desc(voucherBatches.number))
    .offset(offset)
    .limit(limit);
  return batches.map((batch) => shownBatch(batch, now));
};

export const statisticsOf = async ({ tables }: Context, { number, misses, count }: Batch) => {
  const [row] = await tables
    .select({ redeemed: sql<number>`count(*)::int` })
    .from(vouchers)
    .where(sql`${vouchers.batch} = ${number} AND ${vouchers.state} = 'redeemed'`);
  const redeemed = row?.redeemed ?? 0;
  return { redeemed, left: count - redeemed, misses };
};

const mayBecome = {
  active: ["made", "blocked"],
  blocked: ["made", "active"],
} as const;

/** `active`: they can be redeemed; only what is printed is sold. `blocked`: none of them can. */
export const setBatchState = async (
  context: Context,
  id: string,
  state: "active" | "blocked",
): Promise<Answered<ShownBatch>> => {
  const found = await findBatch(context, id, "update");
  if (!found.isOk) return found;
  const before = found.value;
  const allowed: readonly string[] = mayBecome[state];
  if (!allowed.includes(before.state)) return refuse("CONFLICT", `the batch is ${before.state}`);
  if (state === "active" && (before.sealedSeed !== null || before.made < before.count)) {
    return refuse("CONFLICT", "its vouchers are not printed yet");
  }
  return ok(await change(context, before, { state }));
};

/** Now nobody can tell its codes again; only what is whole is printed. */
export const confirmPrinted = async (
  context: Context,
  id: string,
): Promise<Answered<ShownBatch>> => {
  const found = await findBatch(context, id, "update");
  if (!found.isOk) return found;
  const { value: before } = found;
  if (before.made < before.count) return refuse("CONFLICT", "its vouchers are not all made yet");
  if (before.sealedSeed === null) return ok(shownBatch(before, context.now));
  return ok(await change(context, before, { sealedSeed: null }));
};

const change = async (
  context: Context,
  before: Batch,
  changes: Partial<Batch>,
): Promise<ShownBatch> => {
  const [after] = await context.tables
    .update(voucherBatches)
    .set(changes)
    .where(eq(voucherBatches.number, before.number))
    .returning();
  if (after === undefined) throw new Error("a batch that is locked is gone");
  record(context, "update", before, after);
  return shownBatch(after, context.now);
};
