// Top-ups by threshold, which TMF654 has no words for: our own API. Those that recur are top-ups of
// TMF654 with a `recurringPeriod`.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { limits } from "../limits.ts";
import { addThreshold, cancelRule, listThresholds } from "./auto-top-ups.ts";
import { Quantity } from "./tmf654.generated.ts";

const bucketId = z.string().min(1).max(771);
const order = z.strictObject({
  bucketId,
  amount: Quantity,
  threshold: Quantity,
  monthlyMax: z.int().min(1).max(limits.autoTopUpsPerMonthMax).optional(),
});
const rule = z.object({
  ...{ id: z.string(), href: z.string(), bucketId, amount: Quantity, threshold: Quantity },
  ...{ monthlyMax: z.int(), fired: z.int() },
  state: z.enum(["active", "ended", "cancelled"]),
});

const path = "/api/auto-top-ups";
const tag = "Balances";

export const autoTopUpRoutes = (): readonly Route[] => [
  defineRoute({
    ...{ method: "POST", path, tag, permission: "balance:top-up", body: order },
    summary: "Top a bucket up whenever it falls below a threshold",
    answers: { 201: rule },
    handle: async (context, { body }) => {
      const made = await addThreshold(context, body);
      if (!made.isOk) return made;
      return ok({ status: 201, headers: { location: made.value.href }, body: made.value });
    },
  }),
  defineRoute({
    ...{ method: "GET", path, tag, permission: "balance:read" },
    query: z.strictObject({ bucketId }),
    summary: "The thresholds of a bucket",
    answers: { 200: z.array(rule) },
    handle: async (context, { query, reach }) => {
      const rules = await listThresholds(context, query.bucketId, reach);
      return rules.isOk ? ok({ status: 200, body: rules.value }) : rules;
    },
  }),
  defineRoute({
    ...{ method: "DELETE", path: `${path}/:id`, tag, permission: "balance:top-up" },
    ...{ summary: "Top up no more by this threshold", answers: { 204: null } },
    params: z.strictObject({ id: z.uuid() }),
    handle: async (context, { params: { id } }) => {
      const cancelled = await cancelRule(context, "threshold", id);
      return cancelled.isOk ? ok({ status: 204 }) : cancelled;
    },
  }),
];
