// Catalogues that were spoilt by chance: whatever stands where, there are findings or a compiled
// catalogue, never an exception; and findings lead to a place that the document has, or misses.

import fc from "fast-check";
import { expect, test } from "vitest";
import { catalogueAt, randomCatalogues } from "../../../scripts/testing/random-catalogues.ts";
import { checkCatalogue, compileCatalogue } from "./compile-catalogue.ts";
import { type CatalogueDocuments, catalogueDocuments } from "./documents.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

type Json = unknown;
type Path = readonly (string | number)[];

const pathsIn = (value: Json, path: Path = []): readonly Path[] => {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key]))];
};

const oddValues = fc.constantFrom<readonly Json[]>(
  undefined as never,
  ...([-1, 0, 0.1, 1e-7, 1e21, 2 ** 53, "", " ", "x y", "\u0000", "plan-0", "line"] as never[]),
  ...([true, {}, [], "month", "usage", "discount", "allowance", "Retired"] as never[]),
  ...(["2027-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"] as never[]),
  ...(["GiB", "EUR", "EURO", "ü".repeat(500)] as never[]),
);

const replaced = (value: Json, [key, ...rest]: Path, by: Json): Json => {
  if (key === undefined) return by;
  if (typeof value !== "object" || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, Json>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
};

const spoilt = randomCatalogues.chain((documents) => {
  const paths = pathsIn(documents);
  return fc
    .array(fc.tuple(fc.nat(paths.length - 1), oddValues), { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce<Json>(
        (all, [place, value]) => replaced(all, paths[place]!, value),
        JSON.parse(JSON.stringify(documents)),
      ),
    );
});

/** The place, or the one that it would be in. */
const leadsSomewhere = (document: Json, pointer: string): boolean => {
  const steps = pointer.split("/").slice(1);
  let value = document;
  for (const [index, step] of steps.entries()) {
    if (typeof value !== "object" || value === null) return index === steps.length;
    const next = (value as Record<string, Json>)[step.replaceAll("~1", "/").replaceAll("~0", "~")];
    if (next === undefined) return true;
    value = next;
  }
  return true;
};

test(`no catalogue makes it fail, and findings have their places (seed ${seed})`, () => {
  let found = 0;
  fc.assert(
    fc.property(spoilt, (json) => {
      const read = catalogueDocuments.safeParse(json);
      if (!read.success) return;
      const documents: CatalogueDocuments = read.data;
      const outcome = compileCatalogue(documents, { version: 1, effectiveAt: catalogueAt });
      if (outcome.isOk) return;
      found += 1;
      expect(checkCatalogue(documents, catalogueAt)).toEqual(outcome.error);
      for (const { entity, message, pointer } of outcome.error) {
        expect(message).toMatch(/[.!]$/);
        const all: readonly { id?: string | undefined }[] = documents[entity.kind];
        const own = all.filter(({ id = "" }) => id === entity.id);
        expect(own.some((one) => leadsSomewhere(one, pointer))).toBe(true);
      }
    }),
    { seed, numRuns: 500 },
  );
  expect(found).toBeGreaterThan(30);
}, 60_000);
