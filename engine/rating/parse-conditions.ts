// When a price holds: for each dimension a list of values, one of which must be there. What the
// document declares must be declared; what the network says must look like what networks say.

import { limits } from "../limits.ts";
import { type Conditions, type Dimension, dimensions } from "./compiled-tariff.ts";
import {
  elementsOf,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  readText,
  type Spot,
  show,
  type TextForm,
} from "./document-reader.ts";

/** Names that the document may use, because it declares them or its rate deck does. */
export type Declared = Readonly<
  Record<"zones" | "networks" | "closedUserGroups" | "timeBands", Names>
>;
export type Names = { readonly has: (id: string) => boolean };

export type When = {
  readonly conditions: Conditions;
  readonly timeBandIds: ReadonlySet<string> | undefined;
};

/** TS 29.571, 5.4.3.2. */
const ratTypes: Names = new Set([
  ...["NR", "EUTRA", "WLAN", "VIRTUAL", "NBIOT", "WIRELINE", "WIRELINE_CABLE", "WIRELINE_BBF"],
  ...["LTE-M", "NR_U", "EUTRA_U", "TRUSTED_N3GA", "TRUSTED_WLAN", "UTRA", "GERA"],
  ...["NR_LEO", "NR_MEO", "NR_GEO", "NR_OTHER_SAT", "NR_REDCAP", "NR_EREDCAP"],
]);

type Form = TextForm & {
  /** What one is called, and which there are; undefined: as many as the form allows. */
  readonly known?: { readonly name: string; readonly names: Names };
  readonly isCaseless?: boolean;
};

const formsOf = (declared: Declared): Readonly<Record<Dimension | "timeBands", Form>> => ({
  zones: { ...identifier, known: { name: "zone", names: declared.zones } },
  networks: { ...identifier, known: { name: "network zone", names: declared.networks } },
  ratTypes: { ...identifier, known: { name: "RAT type", names: ratTypes } },
  slices: {
    pattern: /^\d{1,3}(?:-[0-9A-Fa-f]{6})?$/,
    wanted: "a slice such as 1 or 1-000001",
    isCaseless: true,
  },
  dnns: {
    pattern: /^[A-Za-z0-9._-]{1,100}$/,
    wanted: "a data network name",
    isCaseless: true,
  },
  services: identifier,
  closedUserGroups: {
    ...identifier,
    known: { name: "closed user group", names: declared.closedUserGroups },
  },
  qos: identifier,
  timeBands: { ...identifier, known: { name: "time band", names: declared.timeBands } },
});

/** One that is left out holds always. */
export const parseWhen = (spot: Spot, declared: Declared): When => {
  const conditions = new Map<Dimension, ReadonlySet<string>>();
  if (!isGiven(spot) || !isObjectOf(spot, [...dimensions, "timeBands"])) {
    return { conditions, timeBandIds: undefined };
  }
  const forms = formsOf(declared);
  for (const dimension of dimensions) {
    const field = fieldOf(spot, dimension);
    if (isGiven(field)) conditions.set(dimension, readValues(field, forms[dimension]));
  }
  const field = fieldOf(spot, "timeBands");
  return {
    conditions,
    timeBandIds: isGiven(field) ? readValues(field, forms.timeBands) : undefined,
  };
};

const readValues = (field: Spot, form: Form): ReadonlySet<string> => {
  const values = new Set<string>();
  for (const spot of elementsOf(field, 1, limits.conditionValuesMax)) {
    const text = readText(spot, form);
    if (text === "") continue;
    const value = form.isCaseless === true ? text.toLowerCase() : text;
    if (form.known?.names.has(value) === false) {
      spot.note(spot.place, `unknown ${form.known.name} ${show(value)}`);
    } else if (values.has(value)) {
      spot.note(spot.place, `${show(value)} is in the list already`);
    }
    values.add(value);
  }
  return values;
};
