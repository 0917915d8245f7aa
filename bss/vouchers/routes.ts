// `/api/voucher-batches` for who makes and sells them, `/api/vouchers/redeem` for who has one.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { unitKindNames } from "../../engine/values/units.ts";
import { Quantity, type Settling, settleAction } from "../balances/index.ts";
import { problemOf } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { must } from "../http/tmf/values.ts";
import { limits } from "../limits.ts";
import {
  confirmPrinted,
  findBatch,
  listBatches,
  orderBatch,
  setBatchState,
  shownBatch,
  statisticsOf,
  type VoucherCipher,
} from "./batches.ts";
import { exportCodes } from "./export-codes.ts";
import { redeemVoucher } from "./redeem.ts";
import { blockVoucher, showVoucher } from "./single-voucher.ts";

export type VoucherTools = Settling & { readonly cipher: VoucherCipher };

const path = "/api/voucher-batches";
const tag = "Vouchers";
const identifier = z.string().regex(/^[\x21-\x7e]{1,128}$/, "expected visible ASCII");
const validFor = z.strictObject({ startDateTime: must.moment, endDateTime: must.moment });
const order = z.strictObject({
  name: must.name.min(1),
  count: z.int().min(1).max(limits.voucherBatchMax),
  bucketId: identifier,
  unit: z.enum(unitKindNames),
  amount: Quantity,
  extendsValiditySeconds: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
  digits: z.int().min(limits.voucherDigitsMin).max(limits.voucherDigitsMax).optional(),
  validFor,
});
const batch = z.object({
  ...{ id: z.string(), href: z.string(), number: z.int(), name: z.string() },
  ...{ count: z.int(), made: z.int(), digits: z.int(), bucketId: z.string() },
  ...{ unit: z.enum(unitKindNames), amount: Quantity, validFor, isPrinted: z.boolean() },
  state: z.enum(["making", "made", "active", "blocked", "expired"]),
});
const statistics = z.object({ redeemed: z.int(), left: z.int(), misses: z.int() });
const voucher = z.object({
  number: z.string(),
  state: z.enum(["created", "redeemed", "blocked"]),
  redeemedAt: z.string().optional(),
  topUpId: z.string().optional(),
});
const params = z.strictObject({ id: z.uuid() });
const part = z
  .string()
  .regex(/^[1-9]\d?$/)
  .default("1");
const serial = z.string().regex(/^[1-9]\d{0,6}$/);
const page = z.strictObject({
  offset: z
    .string()
    .regex(/^\d{1,6}$/)
    .default("0"),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .default("50"),
});
const writing = { tag, permission: "voucher:write" } as const;

const batchRoutes = ({ cipher }: VoucherTools): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path, ...writing, body: order, answers: { 201: batch } },
    summary: "Have a batch of vouchers made",
    handle: async (context, { body }) => {
      const made = await orderBatch(context, cipher, body);
      if (!made.isOk) return made;
      return ok({ status: 201, headers: { location: made.value.href }, body: made.value });
    },
  }),
  defineRoute({
    ...{ method: "GET", path, ...writing, query: page, answers: { 200: z.array(batch) } },
    summary: "Batches of vouchers, newest first",
    handle: async (context, { query: { offset, limit } }) => {
      const shown = { offset: Number(offset), limit: Number(limit) };
      return ok({ status: 200, body: await listBatches(context, shown) });
    },
  }),
  defineRoute({
    ...{ method: "GET", path: `${path}/:id`, ...writing, params },
    ...{ summary: "A batch, and what became of it" },
    answers: { 200: batch.extend({ statistics }) },
    handle: async (context, { params: { id } }) => {
      const found = await findBatch(context, id);
      if (!found.isOk) return found;
      const shown = shownBatch(found.value, context.now);
      const body = { ...shown, statistics: await statisticsOf(context, found.value) };
      return ok({ status: 200, body });
    },
  }),
  defineRoute({
    ...{ method: "POST", path: `${path}/:id/export`, ...writing, params },
    ...{ summary: "The codes of a batch for the printer, until they are printed" },
    query: z.strictObject({ part }),
    ...{ answers: { 200: null }, answerTypes: ["text/csv"], isAnswerSecret: true },
    handle: async (context, { params: { id }, query }) => {
      const csv = await exportCodes(context, cipher, { id, part: Number(query.part) });
      if (!csv.isOk) return csv;
      const headers = {
        "content-type": "text/csv; charset=utf-8",
        "cache-control": "no-store",
        "content-disposition": `attachment; filename="vouchers-${id}-${query.part}.csv"`,
      };
      return ok({ status: 200, headers, body: csv.value });
    },
  }),
];

const stateRoutes = (): readonly Route[] => {
  const verbs = [
    ["printed", "They are printed: nobody can tell the codes again", confirmPrinted],
    ["activate", "They are sold: they can be redeemed", setBatchStateTo("active")],
    ["block", "None of them can be redeemed", setBatchStateTo("blocked")],
  ] as const;
  return verbs.map(([name, summary, verb]) =>
    defineRoute({
      ...{ method: "POST", path: `${path}/:id/${name}`, ...writing, params, summary },
      answers: { 200: batch },
      handle: async (context, { params: { id } }) => {
        const changed = await verb(context, id);
        return changed.isOk ? ok({ status: 200, body: changed.value }) : changed;
      },
    }),
  );
};

const setBatchStateTo =
  (state: "active" | "blocked") => (context: Parameters<typeof setBatchState>[0], id: string) =>
    setBatchState(context, id, state);

const voucherRoutesOfBatch = (): readonly Route[] => {
  const where = `${path}/:id/vouchers/:serial`;
  const of = z.strictObject({ id: z.uuid(), serial });
  return [
    defineRoute({
      ...{ method: "GET", path: where, ...writing, params: of, answers: { 200: voucher } },
      summary: "A voucher by its number",
      handle: async (context, { params: { id, serial } }) => {
        const found = await showVoucher(context, { id, serial: Number(serial) });
        return found.isOk ? ok({ status: 200, body: found.value }) : found;
      },
    }),
    defineRoute({
      ...{ method: "POST", path: `${where}/block`, ...writing, params: of },
      ...{ summary: "Block a voucher", answers: { 200: voucher } },
      handle: async (context, { params: { id, serial } }) => {
        const blocked = await blockVoucher(context, { id, serial: Number(serial) });
        return blocked.isOk ? ok({ status: 200, body: blocked.value }) : blocked;
      },
    }),
  ];
};

const redeemed = z.object({
  id: z.string(),
  href: z.string(),
  status: z.enum(["created", "completed", "failed", "cancelled"]),
  amount: Quantity,
  remainingValue: Quantity.optional(),
});

/** It was looked up and counted, so it is committed; the rest of it is a refusal like others. */
const wrongAnswer = (requestId: string) => ({
  status: 422,
  headers: { "content-type": "application/problem+json; charset=utf-8" },
  body: problemOf({ code: "UNPROCESSABLE", detail: "this code cannot be redeemed" }, requestId),
});

const redeemRoute = (tools: VoucherTools): Route =>
  defineRoute({
    ...{ method: "POST", path: "/api/vouchers/redeem", tag, permission: "voucher:redeem" },
    summary: "Redeem a voucher: its value is credited to an account",
    body: z.strictObject({ code: z.string().max(40), accountId: identifier }),
    answers: { 201: redeemed },
    handle: async (context, { body, reach, address }) => {
      const topUp = await redeemVoucher(context, tools.cipher, { ...body, reach, address });
      if (!topUp.isOk) return topUp;
      if (topUp.value === undefined) return ok(wrongAnswer(context.requestId));
      const headers = { location: String(topUp.value["href"]) };
      return ok({ status: 201, headers, body: { id: topUp.value.id } });
    },
    afterCommit: async ({ asker, answer }) => {
      const body = JSON.parse(String(answer.body));
      if (answer.status !== 201) return { status: answer.status, body };
      const { action } = await settleAction(tools, asker, "topup", body.id);
      const { id, href, status, amount, remainingValue } = action;
      return { status: 201, body: { id, href, status, amount, remainingValue } };
    },
  });

export const voucherRoutes = (tools: VoucherTools): readonly Route[] => [
  ...batchRoutes(tools),
  ...stateRoutes(),
  ...voucherRoutesOfBatch(),
  redeemRoute(tools),
];
