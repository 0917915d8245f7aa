// When is billed. The period is its frequency, counted from the start of its validity; the day of
// the bill is `billingDateShift` days into the period; all in the operator's time zone, for a
// definition has no field for another one. What a month lacks is its last day.

import { type Complain, checkPeriod } from "../http/tmf/complaints.ts";
import { limits } from "../limits.ts";
import type { BillingCycleSpecification } from "./tmf666.generated.ts";

export type BillingFrequency = keyof typeof frequencies;

/** Of each: months or days of a period, and the greatest day that each of its periods has. */
export const frequencies = {
  daily: { months: 0, days: 1, shiftMax: 0 },
  weekly: { months: 0, days: 7, shiftMax: 6 },
  monthly: { months: 1, days: 0, shiftMax: 30 },
  bimonthly: { months: 2, days: 0, shiftMax: 58 },
  quarterly: { months: 3, days: 0, shiftMax: 89 },
  halfYearly: { months: 6, days: 0, shiftMax: 180 },
  yearly: { months: 12, days: 0, shiftMax: 364 },
} as const;

const names = Object.keys(frequencies).join(", ");

export const frequencyOf = (text: string | undefined): BillingFrequency | undefined =>
  text !== undefined && Object.hasOwn(frequencies, text) ? (text as BillingFrequency) : undefined;

type Cycle = Pick<
  BillingCycleSpecification,
  | "frequency"
  | "billingPeriod"
  | "billingDateShift"
  | "chargeDateOffset"
  | "creditDateOffset"
  | "mailingDateOffset"
  | "paymentDueDateOffset"
  | "validFor"
>;

/** Also of one that stands as a value within an account. */
export const checkCycle = (complain: Complain, pointer: string, cycle: Cycle): void => {
  checkPeriod(complain, `${pointer}/validFor`, cycle.validFor);
  const frequency = frequencyOf(cycle.frequency);
  if (frequency === undefined) {
    complain(`${pointer}/frequency`, `expected one of ${names}`);
    return;
  }
  const { billingPeriod } = cycle;
  if (billingPeriod !== undefined && billingPeriod !== frequency) {
    complain(`${pointer}/billingPeriod`, `billed ${frequency}, the period is ${frequency}`);
  }
  const { shiftMax } = frequencies[frequency];
  const bounds = {
    billingDateShift: [0, shiftMax],
    // Charges and credits up to so many days before the bill, or after it.
    chargeDateOffset: [-limits.billingDueDaysMax, limits.billingDueDaysMax],
    creditDateOffset: [-limits.billingDueDaysMax, limits.billingDueDaysMax],
    mailingDateOffset: [0, limits.billingDueDaysMax],
    paymentDueDateOffset: [0, limits.billingDueDaysMax],
  } as const;
  for (const [name, [min, max]] of Object.entries(bounds)) {
    const days = cycle[name as keyof typeof bounds];
    const isWithin = days === undefined || (days >= min && days <= max);
    if (!isWithin) complain(`${pointer}/${name}`, `expected ${min} to ${max} days`);
  }
  const { mailingDateOffset = 0, paymentDueDateOffset } = cycle;
  if (paymentDueDateOffset !== undefined && paymentDueDateOffset < mailingDateOffset) {
    complain(`${pointer}/paymentDueDateOffset`, "it is due before it is sent");
  }
};
