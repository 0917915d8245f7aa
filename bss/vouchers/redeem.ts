// A voucher becomes a top-up: marked and ordered in one transaction, so that it is one whoever
// comes, whatever dies, and whether or not the engine is there. Codes are looked up by a keyed
// hash: what the search takes tells nothing of them. Whoever is wrong is not told how.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import {
  type Action,
  bucketIdOf,
  findAccount,
  findAction,
  orderTopUp,
  usageTypeOf,
} from "../balances/index.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Reach } from "../permissions.ts";
import { type Batch, batchValue, hashOfCode, type VoucherCipher } from "./batches.ts";
import { numberOf } from "./export-codes.ts";
import { checkGuards, countWrong, forgetWrong, guardedOf } from "./guard.ts";
import { voucherBatches } from "./schema.ts";
import { readCode } from "./voucher-code.ts";

export type Redemption = {
  readonly code: string;
  readonly accountId: string;
  readonly reach: Reach;
  readonly address: string;
};

type VoucherRow = {
  readonly batch: number;
  readonly serial: number;
  readonly state: "created" | "redeemed" | "blocked";
  readonly top_up_id: string | null;
};

/** Held until the transaction ends: of fifty who come with the same code, one after the other. */
const lockVoucher = async ({ statements }: Context, hash: Buffer) => {
  const { rows } = await statements.query<VoucherRow>({
    name: "lock_voucher",
    text: `SELECT batch, serial, state, top_up_id FROM vouchers WHERE code_hash = $1 FOR UPDATE`,
    values: [hash],
  });
  return rows[0];
};

/** A top-up that the engine refused credited nothing: the voucher is worth what it was. */
const isRedeemable = async (context: Context, voucher: VoucherRow, batch: Batch) => {
  const isValid = batch.validFrom <= context.now && context.now < batch.validUntil;
  if (batch.state !== "active" || !isValid) return false;
  if (voucher.state !== "redeemed") return voucher.state === "created";
  const topUp = await findAction(context, "topup", voucher.top_up_id ?? "");
  return topUp?.action.status === "failed";
};

const wrongCode = (context: Context, guarded: Parameters<typeof countWrong>[1]) =>
  countWrong(context, guarded).then(() => ok(undefined));

/**
 * The top-up that it became, to be settled; undefined where the code is none, which is written down
 * and so is no refusal.
 */
export const redeemVoucher = async (
  context: Context,
  cipher: VoucherCipher,
  redemption: Redemption,
): Promise<Answered<Action | undefined>> => {
  const { accountId, reach } = redemption;
  const code = readCode(redemption.code);
  if (code === undefined) {
    const errors = [{ pointer: "/code", detail: "mistyped: its check digit says so" }];
    return refuse("UNPROCESSABLE", "/code: mistyped: its check digit says so", { errors });
  }
  // Only then is it counted against the account: nobody locks out another one's.
  if ((await findAccount(context, accountId, reach)) === undefined) {
    const errors = [{ pointer: "/accountId", detail: "there is no such account" }];
    return refuse("UNPROCESSABLE", "/accountId: there is no such account", { errors });
  }
  const guarded = guardedOf(context.actor, redemption);
  const checked = await checkGuards(context, guarded);
  if (!checked.isOk) return checked;
  const voucher = await lockVoucher(context, hashOfCode(cipher, code));
  if (voucher === undefined) return wrongCode(context, guarded);
  const [batch] = await context.tables
    .select()
    .from(voucherBatches)
    .where(eq(voucherBatches.number, voucher.batch));
  if (batch === undefined) throw new Error(`there is no batch ${voucher.batch}`);
  if (!(await isRedeemable(context, voucher, batch))) {
    await context.statements.query(
      `UPDATE voucher_batches SET misses = misses + 1 WHERE number = $1`,
      [batch.number],
    );
    return wrongCode(context, guarded);
  }
  await forgetWrong(context, guarded);
  return spend(context, { batch, voucher, accountId, reach });
};

const spend = async (
  context: Context,
  given: { batch: Batch; voucher: VoucherRow; accountId: string; reach: Reach },
): Promise<Answered<Action>> => {
  const { batch, voucher, accountId, reach } = given;
  const { unit, bucketId, currency, extendsValiditySeconds } = batch;
  const id = uuidV7(context.now);
  const number = numberOf(batch.number, voucher.serial);
  const ordered = await orderTopUp(context, {
    ...{ id, reach, voucherNumber: number },
    ...(extendsValiditySeconds === null ? {} : { extendsValiditySeconds }),
    asked: {
      amount: batchValue(batch),
      bucket: { id: bucketIdOf({ accountId, bucketId }) },
      partyAccount: { id: accountId },
      usageType: usageTypeOf({ bucketId, unit, currency }),
      reason: "voucher",
    },
  });
  if (!ordered.isOk) return ordered;
  await context.statements.query(
    `UPDATE vouchers SET state = 'redeemed', redeemed_at = $3, top_up_id = $4
      WHERE batch = $1 AND serial = $2`,
    [voucher.batch, voucher.serial, context.now, id],
  );
  context.record({
    ...{ entity: "voucher", entityId: number, action: "update" },
    ...{ before: { state: voucher.state }, after: { state: "redeemed", topUpId: id } },
  });
  return ordered;
};
