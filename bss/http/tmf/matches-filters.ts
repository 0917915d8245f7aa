// Attribute filters on documents that are in no table: the same answers as attribute-filter.ts has
// Postgres give, for what is made at the moment it is asked for.

import type { AttributeFilter } from "./attribute-filter.ts";

/** Lists on the way are looked into. */
const valuesAt = (value: unknown, path: readonly string[]): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path));
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return [];
  return valuesAt((value as Readonly<Record<string, unknown>>)[step], rest);
};

/** Below 0, 0 or above 0; undefined: they are not of one kind. */
const compare = (value: unknown, text: string): number | undefined => {
  if (typeof value === "number") {
    const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
    return number === undefined ? undefined : value - number;
  }
  if (typeof value === "boolean") return String(value) === text ? 0 : undefined;
  if (typeof value !== "string") return undefined;
  if (value === text) return 0;
  return value < text ? -1 : 1;
};

const tests = {
  eq: (sign: number) => sign === 0,
  ne: (sign: number) => sign === 0,
  gt: (sign: number) => sign > 0,
  gte: (sign: number) => sign >= 0,
  lt: (sign: number) => sign < 0,
  lte: (sign: number) => sign <= 0,
} as const;

const matches = (document: unknown, { path, operator, values }: AttributeFilter): boolean => {
  const isOne = valuesAt(document, path).some((value) =>
    values.some((text) => {
      const sign = compare(value, text);
      return sign !== undefined && tests[operator](sign);
    }),
  );
  return operator === "ne" ? !isOne : isOne;
};

/** All of them; of the same attribute by equality either. */
export const matchesFilters =
  (filters: readonly AttributeFilter[]) =>
  (document: unknown): boolean =>
    filters.every(
      (filter) =>
        matches(document, filter) ||
        (filter.operator === "eq" &&
          filters.some(
            (other) =>
              other.operator === "eq" &&
              other.path.join(".") === filter.path.join(".") &&
              matches(document, other),
          )),
    );
