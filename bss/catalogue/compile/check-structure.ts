// What contradicts itself between documents: circles, offerings that need what they exclude,
// bundles that cannot be put together, promotion codes that are given out twice.

import type { ProductOffering, ProductOfferingPrice } from "./documents.ts";
import { complain, within } from "./finding.ts";
import { promotionCodeOf } from "./read-discounts.ts";
import { type CatalogueVersions, type Version, versionDefault } from "./versions.ts";

/** An edge of a graph over ids, and where it stands. */
type Edges = (id: string) => readonly string[];

export const checkStructure = (versions: CatalogueVersions): void => {
  const { category, productOffering, productOfferingPrice } = versions;
  const ids = (refs: readonly { readonly id?: string | undefined }[] | undefined) =>
    (refs ?? []).flatMap(({ id }) => id ?? []);
  const over =
    <D>(all: ReadonlyMap<string, readonly Version<D>[]>, of: (document: D) => readonly string[]) =>
    (id: string) =>
      (all.get(id) ?? []).flatMap(({ document }) => of(document));
  const bundled = over(productOffering, (one) => ids(one.bundledProductOffering));
  const required = over(productOffering, (one) => related(one, "requires"));
  checkCircles(productOffering, bundled, "bundledProductOffering", "bundles");
  checkCircles(productOffering, required, "productOfferingRelationship", "requires");
  checkCircles(category, childrenOf(versions), "subCategory", "contains");
  const parts = over(productOfferingPrice, (one) => ids(one.bundledPopRelationship));
  checkCircles(productOfferingPrice, parts, "bundledPopRelationship", "bundles");
  const needed: Edges = over(productOffering, (one) => [
    ...related(one, "requires"),
    ...mandatory(one),
  ]);
  for (const all of productOffering.values()) {
    for (const one of all) {
      checkNeeds(versions, one, needed);
      checkBundle(one);
    }
  }
  checkPromotions(productOfferingPrice);
};

const related = ({ productOfferingRelationship }: ProductOffering, type: string) =>
  (productOfferingRelationship ?? []).flatMap(({ id, relationshipType }) =>
    relationshipType === type && id !== undefined ? [id] : [],
  );

const mandatory = ({ bundledProductOffering }: ProductOffering): readonly string[] =>
  (bundledProductOffering ?? []).flatMap(({ bundledProductOfferingOption: option, id }) => {
    const min = option?.numberRelOfferLowerLimit ?? (option === undefined ? 1 : 0);
    return id !== undefined && min > 0 ? [id] : [];
  });

/** By their own lists, and by those who name them as parents. */
const childrenOf = ({ category }: CatalogueVersions): Edges => {
  const children = new Map<string, Set<string>>();
  const add = (parent: string, child: string) => {
    children.set(parent, (children.get(parent) ?? new Set()).add(child));
  };
  for (const [id, all] of category) {
    for (const { document } of all) {
      if (document.parentId !== undefined) add(document.parentId, id);
      for (const child of document.subCategory ?? []) if (child.id !== undefined) add(id, child.id);
    }
  }
  return (id) => [...(children.get(id) ?? [])];
};

const reachedFrom = (id: string, edges: Edges): ReadonlySet<string> => {
  const reached = new Set<string>();
  const waiting = [...edges(id)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...edges(next));
  }
  return reached;
};

const checkCircles = (
  all: ReadonlyMap<string, readonly Version<unknown>[]>,
  edges: Edges,
  field: string,
  verb: string,
): void => {
  for (const [id, [version]] of all) {
    if (version === undefined || !reachedFrom(id, edges).has(id)) continue;
    const through = edges(id).find((next) => next === id || reachedFrom(next, edges).has(id));
    const message = `${id} ${verb} itself, by way of ${through}.`;
    complain(within(version.place, field), "CYCLE", message);
  }
};

const checkNeeds = (
  { productOffering }: CatalogueVersions,
  { document, id, place }: Version<ProductOffering>,
  needed: Edges,
): void => {
  const together = [id, ...reachedFrom(id, needed)];
  const excludedBy = (one: string) =>
    one === id
      ? related(document, "excludes")
      : (productOffering.get(one) ?? []).flatMap((version) =>
          related(version.document, "excludes"),
        );
  for (const one of together) {
    for (const other of excludedBy(one)) {
      if (other === one || !together.includes(other)) continue;
      const message = `${id} needs ${together.slice(1).join(", ")}; but ${one} excludes ${other}.`;
      complain(within(place, "productOfferingRelationship"), "REQUIRES_EXCLUDED", message);
    }
  }
};

const componentMax = 100;

const checkBundle = ({ document, place }: Version<ProductOffering>): void => {
  const parts = document.bundledProductOffering ?? [];
  if (document.isBundle === true && parts.length === 0) {
    complain(within(place, "isBundle"), "BUNDLE_LIMITS", "A bundle of nothing.");
  }
  for (const [index, { bundledProductOfferingOption: option, id }] of parts.entries()) {
    if (option === undefined) continue;
    const where = within(place, "bundledProductOffering", index, "bundledProductOfferingOption");
    const min = option.numberRelOfferLowerLimit ?? 0;
    const max = option.numberRelOfferUpperLimit ?? Math.max(1, min);
    const standard = option.numberRelOfferDefault ?? min;
    if (![min, max, standard].every((one) => Number.isInteger(one) && one >= 0)) {
      complain(where, "BUNDLE_LIMITS", `Numbers of ${id} are whole, from 0 on.`);
    } else if (min > max || max > componentMax) {
      const range = `${min} to ${max}, within ${componentMax},`;
      complain(where, "BUNDLE_LIMITS", `No number of ${id} is from ${range} at once.`);
    } else if (standard < min || standard > max) {
      const message = `The default of ${standard} ${id} is not from ${min} to ${max}.`;
      complain(within(where, "numberRelOfferDefault"), "BUNDLE_LIMITS", message);
    }
  }
};

/** Two prices with one code; versions of one price may have the same. */
const checkPromotions = (
  prices: ReadonlyMap<string, readonly Version<ProductOfferingPrice>[]>,
): void => {
  const byCode = new Map<string, Version<ProductOfferingPrice>[]>();
  for (const all of prices.values()) {
    for (const one of all) {
      if (one.document.priceType !== "discount") continue;
      const code = promotionCodeOf(one.document, one.place);
      if (code === undefined) continue;
      const others = byCode.get(code) ?? [];
      const twin = others.find(
        (other) => other.id !== one.id && other.from < one.until && one.from < other.until,
      );
      if (twin !== undefined) {
        const version = one.version === versionDefault ? "" : `, version ${one.version}`;
        const message = `The code ${code} is that of ${twin.id} and of ${one.id}${version}.`;
        complain(within(one.place, "prodSpecCharValueUse"), "PROMOTION_CODE_TWICE", message);
      }
      byCode.set(code, [...others, one]);
    }
  }
};
