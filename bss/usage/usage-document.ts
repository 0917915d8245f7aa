// A record of the ledger as TMF635 shows it: what was used of which rating group as
// characteristics, what it took from which bucket as rated usage. Amounts are exact; money is in
// units of its currency, everything else whole.

import { decimalOf } from "../http/tmf/amounts.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import type { LedgerRecord, SlotBucket } from "../ledger/index.ts";
import { usageIdOf } from "./usage-id.ts";

export const usagePath = "/tmf-api/usageManagement/v4/usage";

const typeOf = ({ record }: LedgerRecord): string => {
  if (record.verb === "event" || record.verb === "refund") return record.verb;
  return "session";
};

const momentText = (ms: number): string => new Date(ms).toISOString();

const characteristic = (name: string, value: unknown) => ({
  ...{ name, value },
  valueType: typeof value === "number" ? "integer" : "string",
});

const characteristicsOf = ({ record }: LedgerRecord) => [
  characteristic("account", record.accountId),
  ...(record.id === ""
    ? []
    : [
        characteristic(
          `${record.verb === "event" || record.verb === "refund" ? "request" : "session"}`,
          record.id,
        ),
      ]),
  characteristic("sequence", record.sequence),
  ...record.usage.flatMap(({ ratingGroup, used, overrun }) => [
    characteristic(`ratingGroup.${ratingGroup}.used`, used),
    ...(overrun === 0 ? [] : [characteristic(`ratingGroup.${ratingGroup}.overrun`, overrun)]),
  ]),
];

/** Of money the amount that left it; of other units how many. */
const ratedOf = (
  { record }: LedgerRecord,
  bucketOf: (slot: number) => SlotBucket | undefined,
): readonly Document[] =>
  record.changes.flatMap(({ slot, debited, credited }) => {
    const taken = record.verb === "refund" ? -credited : debited;
    const bucket = bucketOf(slot);
    if (taken === 0 || bucket === undefined) return [];
    const isMoney = bucket.unit === "money";
    const value = isMoney ? decimalOf(taken) : taken;
    const amount = { unit: isMoney ? bucket.currency : bucket.unit, value };
    return [
      {
        ratingDate: momentText(record.at),
        usageRatingTag: bucket.bucketId,
        ratingAmountType: isMoney ? "Money" : "Allowance",
        isBilled: false,
        ...(isMoney ? { taxIncludedRatingAmount: amount } : {}),
        bucketValueConvertedInAmount: amount,
      },
    ];
  });

export const usageDocument = (
  one: LedgerRecord,
  bucketOf: (slot: number) => SlotBucket | undefined,
  customerId: string | undefined,
): Document => {
  const id = usageIdOf(one);
  return {
    ...{ id, href: `${usagePath}/${id}`, "@type": "Usage" },
    usageDate: momentText(one.record.said.eventTimestamp),
    ...{ usageType: typeOf(one), status: "rated" },
    usageCharacteristic: characteristicsOf(one),
    ratedProductUsage: ratedOf(one, bucketOf),
    ...(customerId === undefined
      ? {}
      : {
          relatedParty: [{ id: customerId, role: "customer", "@referredType": "Customer" }],
        }),
  };
};
