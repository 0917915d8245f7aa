// Where a bucket or counter is of use besides its rating groups: by service, time and place in the
// words of the tariff that prices the use, and by who uses it.

import type { Classes } from "../rating/price-context.ts";

export const eligibilityDimensions = [
  "zones",
  "networks",
  "ratTypes",
  "slices",
  "dnns",
  "services",
  "closedUserGroups",
  "qos",
  "timeBands",
  "subscribers",
] as const;
export type EligibilityDimension = (typeof eligibilityDimensions)[number];

/** In each dimension one of the values must be there; empty: any will do. */
export type Eligibility = { readonly [D in EligibilityDimension]: readonly string[] };

/** What a use is, in the words of eligibility. */
export type UseClasses = {
  readonly values: Classes["values"];
  readonly timeBandId: string | undefined;
  /** The identifier that the network named. */
  readonly subscriber: string | undefined;
};

export const isEligible = (eligibility: Eligibility, use: UseClasses): boolean => {
  for (const dimension of eligibilityDimensions) {
    const wanted = eligibility[dimension];
    if (wanted.length > 0 && !valuesOf(use, dimension).some((one) => wanted.includes(one))) {
      return false;
    }
  }
  return true;
};

const valuesOf = (use: UseClasses, dimension: EligibilityDimension): readonly string[] => {
  if (dimension === "timeBands") return one(use.timeBandId);
  if (dimension === "subscribers") return one(use.subscriber);
  return use.values[dimension];
};

const one = (value: string | undefined) => (value === undefined ? [] : [value]);
