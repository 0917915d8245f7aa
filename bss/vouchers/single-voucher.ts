// One voucher by its number, for who looks after customers: how it stands, and blocking it. Its
// code is not shown: nobody has it.

import { and, eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { findBatch } from "./batches.ts";
import { numberOf } from "./export-codes.ts";
import { vouchers } from "./schema.ts";

type Place = { readonly id: string; readonly serial: number };

const find = async (context: Context, { id, serial }: Place) => {
  const batch = await findBatch(context, id);
  if (!batch.isOk) return batch;
  const { number } = batch.value;
  const where = and(eq(vouchers.batch, number), eq(vouchers.serial, serial));
  const [voucher] = await context.tables.select().from(vouchers).where(where);
  if (voucher === undefined) return refuse("NOT_FOUND", `there is no voucher ${serial}`);
  return ok({ voucher, where });
};

const shown = ({ batch, serial, state, redeemedAt, topUpId }: typeof vouchers.$inferSelect) => ({
  number: numberOf(batch, serial),
  state,
  ...(redeemedAt === null ? {} : { redeemedAt: new Date(redeemedAt).toISOString() }),
  ...(topUpId === null ? {} : { topUpId }),
});
export type ShownVoucher = ReturnType<typeof shown>;

export const showVoucher = async (
  context: Context,
  place: Place,
): Promise<Answered<ShownVoucher>> => {
  const found = await find(context, place);
  return found.isOk ? ok(shown(found.value.voucher)) : found;
};

export const blockVoucher = async (
  context: Context,
  place: Place,
): Promise<Answered<ShownVoucher>> => {
  const found = await find(context, place);
  if (!found.isOk) return found;
  const [blocked] = await context.tables
    .update(vouchers)
    .set({ state: "blocked" })
    .where(and(found.value.where, eq(vouchers.state, "created")))
    .returning();
  if (blocked === undefined) return refuse("CONFLICT", "it is redeemed or blocked");
  context.record({
    ...{ entity: "voucher", entityId: numberOf(blocked.batch, blocked.serial), action: "update" },
    ...{ before: { state: "created" }, after: { state: "blocked" } },
  });
  return ok(shown(blocked));
};
