// What a list of usage may be asked for: whose, of which account, from when to when, and where the
// page begins. By any other attribute it would mean a walk through the whole ledger, so that is
// refused and not tried.

import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { RecordPlace } from "../ledger/index.ts";
import { limits } from "../limits.ts";
import { placeOf } from "./usage-id.ts";

const moment = z.iso.datetime({ offset: true });
const id = z.string().min(1).max(128);

export const usageQueryShape = z.strictObject({
  "relatedParty.id": id.optional(),
  "usageCharacteristic.account": id.optional(),
  "usageDate.gte": moment.optional(),
  "usageDate.lt": moment.optional(),
  /** The id of the last usage of the page before. */
  after: id.optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `expected 1 to ${limits.listLimitMax}`)
    .optional(),
  fields: z.string().max(1_024).optional(),
});
type QueryText = z.infer<typeof usageQueryShape>;

export type UsageQuery = {
  readonly customerId: string | undefined;
  readonly accountId: string | undefined;
  /** ms since 1970; of when the engine rated it. */
  readonly from: number;
  readonly until: number | undefined;
  readonly after: RecordPlace | undefined;
  readonly limit: number;
};

export const readUsageQuery = (text: QueryText): Answered<UsageQuery> => {
  const after = text.after === undefined ? undefined : placeOf(text.after);
  if (text.after !== undefined && after === undefined) {
    return refuse("INVALID_REQUEST", "?after: no usage has that id", {
      errors: [{ pointer: "?after", detail: "no usage has that id" }],
    });
  }
  const limit = Number(text.limit ?? limits.listLimitDefault);
  if (limit < 1 || limit > limits.listLimitMax) {
    const detail = `expected 1 to ${limits.listLimitMax}`;
    return refuse("INVALID_REQUEST", `?limit: ${detail}`, {
      errors: [{ pointer: "?limit", detail }],
    });
  }
  const at = (value: string | undefined) =>
    value === undefined ? undefined : Math.max(0, Date.parse(value));
  return ok({
    customerId: text["relatedParty.id"],
    accountId: text["usageCharacteristic.account"],
    from: at(text["usageDate.gte"]) ?? 0,
    until: at(text["usageDate.lt"]),
    ...{ after, limit },
  });
};
