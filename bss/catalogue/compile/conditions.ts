// Where and when a price holds or an allowance serves: characteristics of the singular names, in
// the words of the engine the lists of a tariff's `when` and of a bucket's eligibility.

import { z } from "zod";
import { type Characteristics, readAll } from "./characteristics.ts";

export const conditionNames = {
  zone: "zones",
  network: "networks",
  ratType: "ratTypes",
  slice: "slices",
  dnn: "dnns",
  service: "services",
  closedUserGroup: "closedUserGroups",
  qos: "qos",
  timeBand: "timeBands",
} as const;

export type ConditionName = keyof typeof conditionNames;
export type ConditionList = (typeof conditionNames)[ConditionName];
/** Those that are there are not empty. */
export type When = { readonly [L in ConditionList]?: readonly string[] };

export const conditionCharacteristics = Object.keys(conditionNames) as readonly ConditionName[];

/** As engines take names. */
export const nameShape = z.string().regex(/^[\x21-\x7e]{1,100}$/, "Expected a name without blanks");

export const whenShape = z.strictObject(
  Object.fromEntries(
    Object.values(conditionNames).map((list) => [list, z.array(nameShape).min(1).optional()]),
  ) as Record<ConditionList, z.ZodOptional<z.ZodArray<typeof nameShape>>>,
);

export const readWhen = (of: Characteristics): When => {
  const when: { [L in ConditionList]?: readonly string[] } = {};
  for (const name of conditionCharacteristics) {
    const values = readAll(of, name, nameShape);
    if (values.length > 0) when[conditionNames[name]] = [...new Set(values)];
  }
  return when;
};

export const isAnywhere = (when: When): boolean => Object.keys(when).length === 0;

export const whenText = (when: When): string =>
  Object.entries(when)
    .map(([list, values]) => `${list} ${values.join(", ")}`)
    .join("; ");
