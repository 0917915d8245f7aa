// What TMF654 calls a bucket, a quantity and a usage type, and what the engine calls them. A
// bucket's id is `account:bucket`, each percent-encoded, so that it is a name for ever and reads
// both ways.

import { ok } from "../../engine/values/result.ts";
import { amountMax, type UnitKind } from "../../engine/values/units.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { decimalOf, microsOf } from "../http/tmf/amounts.ts";
import type { Quantity, UsageType } from "./tmf654.generated.ts";

/** What does not change about a bucket while it is there; `currency` of money only. */
export type BucketTerms = {
  readonly bucketId: string;
  readonly unit: UnitKind;
  readonly currency: string | null;
};

export type BucketPlace = { readonly accountId: string; readonly bucketId: string };

export const bucketIdOf = ({ accountId, bucketId }: BucketPlace): string =>
  `${encodeURIComponent(accountId)}:${encodeURIComponent(bucketId)}`;

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** As the engine has them. */
const identifier = /^[\x21-\x7e]{1,128}$/;

/** Undefined: no bucket has such an id. */
export const readBucketId = (id: string): BucketPlace | undefined => {
  const [account = "", bucket = "", ...rest] = id.split(":");
  const [accountId, bucketId] = [decode(account), decode(bucket)];
  if (rest.length > 0 || accountId === undefined || bucketId === undefined) return undefined;
  if (!identifier.test(accountId) || !identifier.test(bucketId)) return undefined;
  return bucketIdOf({ accountId, bucketId }) === id ? { accountId, bucketId } : undefined;
};

const usageTypes: Readonly<Record<UnitKind, UsageType>> = {
  money: "monetary",
  octets: "data",
  seconds: "voice",
  messages: "sms",
  serviceUnits: "other",
};

export const usageTypeOf = ({ unit }: BucketTerms): UsageType => usageTypes[unit];

/** `EUR` of money, `octets`, `seconds`, … of the rest. */
export const unitsOf = ({ unit, currency }: BucketTerms): string => currency ?? unit;

/** Exact, as `decimalOf` of money is. */
export const quantityOf = (terms: BucketTerms, amount: number): Quantity => ({
  amount: terms.unit === "money" ? decimalOf(amount) : amount,
  units: unitsOf(terms),
});

/** In micros of money, or whole units; below 0 where `isSigned`. Never rounded. */
export const readQuantity = (
  terms: BucketTerms,
  { amount, units }: Quantity,
  { isSigned = false } = {},
): Answered<number> => {
  const wrong = (field: string, detail: string) =>
    refuse("UNPROCESSABLE", `/amount/${field}: ${detail}`, {
      errors: [{ pointer: `/amount/${field}`, detail }],
    });
  if (units !== unitsOf(terms)) return wrong("units", `this bucket is kept in ${unitsOf(terms)}`);
  if (amount === undefined) return wrong("amount", "it has to be there");
  const whole = terms.unit === "money" ? microsOf(amount) : amount;
  if (whole === undefined || !Number.isSafeInteger(whole)) {
    return wrong("amount", terms.unit === "money" ? "six decimals at most" : "only whole units");
  }
  if (whole === 0 || (!isSigned && whole < 0)) return wrong("amount", "it has to be more than 0");
  return Math.abs(whole) > amountMax ? wrong("amount", "too great") : ok(whole);
};
