// The codes of a batch for the printer, part by part as CSV, for as long as nobody has said that
// they are printed. They are computed from the seed: they stand nowhere.

import { stringify } from "csv-stringify/sync";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { batchValue, findBatch, seedOf, type VoucherCipher } from "./batches.ts";
import { codeOf } from "./voucher-code.ts";

export const numberOf = (batch: number, serial: number): string => `${batch}-${serial}`;

/** Part 1 holds the first `limits.voucherPartMax`. Who had it made is in the audit. */
export const exportCodes = async (
  context: Context,
  cipher: VoucherCipher,
  { id, part }: { readonly id: string; readonly part: number },
): Promise<Answered<string>> => {
  const found = await findBatch(context, id);
  if (!found.isOk) return found;
  const batch = found.value;
  const seed = seedOf(cipher, batch);
  if (seed === undefined) return refuse("CONFLICT", "they were printed: their codes are gone");
  if (batch.made < batch.count) return refuse("CONFLICT", "its vouchers are not all made yet");
  const from = (part - 1) * limits.voucherPartMax;
  if (from >= batch.count) return refuse("NOT_FOUND", `there is no part ${part}`);
  const { rows } = await context.statements.query<{ serial: number; draw: number }>(
    `SELECT serial, draw FROM vouchers WHERE batch = $1 AND serial > $2 AND serial <= $3
      ORDER BY serial`,
    [batch.number, from, from + limits.voucherPartMax],
  );
  context.record({
    ...{ entity: "voucherBatch", entityId: batch.id, action: "execute" },
    ...{ before: null, after: { exportedPart: part, vouchers: rows.length } },
  });
  const { amount, units } = batchValue(batch);
  const validUntil = new Date(batch.validUntil).toISOString();
  const { digits } = batch;
  const lines = rows.map(({ serial, draw }) => [
    numberOf(batch.number, serial),
    codeOf(seed, { serial, draw, digits }),
    ...[amount, units, validUntil, batch.name],
  ]);
  const header = ["number", "code", "amount", "units", "validUntil", "batch"];
  return ok(stringify([header, ...lines], { escape_formulas: true, record_delimiter: "windows" }));
};
