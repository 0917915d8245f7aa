// Named characteristics of a price, offering or specification: what the standard has no field for.
// Each value is held to the shape that its name asks for; what does not fit is a finding with the
// place in the document.

import type { z } from "zod";
import type { Characteristic, CharacteristicValue } from "./documents.ts";
import { complain, type Place, within } from "./finding.ts";

export type Given = { readonly value: CharacteristicValue; readonly place: Place };

/** Where documents of a kind keep their characteristics. */
export const usesField = "prodSpecCharValueUse";
export const specificationField = "productSpecCharacteristic";

/** The characteristics of one document, each to be asked for by its name. */
export type Characteristics = {
  readonly place: Place;
  readonly field: string;
  readonly all: readonly Characteristic[];
};

export const characteristicsOf = (
  place: Place,
  all: readonly Characteristic[] | undefined,
  field: string = usesField,
): Characteristics => ({ place, field, all: all ?? [] });

export const givenOf = ({ place, field, all }: Characteristics, name: string): readonly Given[] =>
  all.flatMap((one, index) => {
    if (one.name !== name) return [];
    const values = one.productSpecCharacteristicValue ?? [];
    return values.map((value, number) => ({
      value,
      place: within(place, field, index, "productSpecCharacteristicValue", number),
    }));
  });

/** Undefined, and told of, where it is of another shape. */
export const readShape = <T>({ value, place }: Given, shape: z.ZodType<T>): T | undefined => {
  const outcome = shape.safeParse(value.value);
  if (outcome.success) return outcome.data;
  for (const issue of outcome.error.issues) {
    const where = within(place, "value", ...issue.path.map(String));
    complain(where, "INVALID_VALUE", `${issue.message}.`);
  }
  return undefined;
};

export const readAll = <T>(of: Characteristics, name: string, shape: z.ZodType<T>): readonly T[] =>
  givenOf(of, name).flatMap((given) => {
    const read = readShape(given, shape);
    return read === undefined ? [] : [read];
  });

/** The only value; undefined where there is none. */
export const readOne = <T>(
  of: Characteristics,
  name: string,
  shape: z.ZodType<T>,
): T | undefined => {
  const [first, second] = givenOf(of, name);
  if (second !== undefined) {
    complain(second.place, "INVALID_VALUE", `There is more than one value of "${name}".`);
  }
  return first && readShape(first, shape);
};

export const checkNames = (
  { place, field, all }: Characteristics,
  known: readonly string[],
  of: string,
): void => {
  for (const [index, { name = "" }] of all.entries()) {
    if (known.includes(name)) continue;
    const wanted = `${of} has ${known.join(", ")}`;
    const message = `"${name}" is no characteristic that counts here: ${wanted}.`;
    complain(within(place, field, index, "name"), "UNKNOWN_CHARACTERISTIC", message);
  }
};
