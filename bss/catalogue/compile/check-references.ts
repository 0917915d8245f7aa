// Whether every reference leads somewhere: to a document that is published and valid when it is
// needed. And what a retired specification or price is still sold with.

import type {
  Catalog,
  Category,
  EntityKind,
  ProductOffering,
  ProductOfferingPrice,
  ProductSpecification,
  Ref,
} from "./documents.ts";
import { complain, type Place, within } from "./finding.ts";
import { priceRef } from "./read-offering.ts";
import { type CatalogueVersions, type Version, versionAt, versionsFrom } from "./versions.ts";

type Pointed = {
  readonly kind: EntityKind;
  readonly ref: Ref;
  readonly place: Place;
};

const pointed = (
  kind: EntityKind,
  place: Place,
  field: string,
  refs: readonly Ref[] | undefined,
): readonly Pointed[] =>
  (refs ?? []).map((ref, index) => ({ kind, ref, place: within(place, field, index, "id") }));

const referencesOf: {
  readonly [K in EntityKind]: (document: never, place: Place) => readonly Pointed[];
} = {
  catalog: ({ category }: Catalog, place) => pointed("category", place, "category", category),
  category: ({ parentId, productOffering, subCategory }: Category, place) => [
    ...(parentId === undefined
      ? []
      : [{ kind: "category" as const, ref: { id: parentId }, place: within(place, "parentId") }]),
    ...pointed("category", place, "subCategory", subCategory),
    ...pointed("productOffering", place, "productOffering", productOffering),
  ],
  productSpecification: (document: ProductSpecification, place) => [
    ...(["bundledProductSpecification", "productSpecificationRelationship"] as const).flatMap(
      (field) => pointed("productSpecification", place, field, document[field]),
    ),
  ],
  productOffering: (document: ProductOffering, place) => [
    ...(document.productSpecification === undefined
      ? []
      : [
          {
            kind: "productSpecification" as const,
            ref: document.productSpecification,
            place: within(place, "productSpecification", "id"),
          },
        ]),
    ...pointed("category", place, "category", document.category),
    ...(["bundledProductOffering", "productOfferingRelationship"] as const).flatMap((field) =>
      pointed("productOffering", place, field, document[field]),
    ),
    ...pointed(
      "productOfferingPrice",
      place,
      "productOfferingPrice",
      document.productOfferingPrice?.map(priceRef),
    ),
  ],
  productOfferingPrice: (document: ProductOfferingPrice, place) =>
    (["popRelationship", "bundledPopRelationship"] as const).flatMap((field) =>
      pointed(
        "productOfferingPrice",
        place,
        field,
        document[field]?.map(({ id }) => ({ id })),
      ),
    ),
};

export const checkReferences = (versions: CatalogueVersions): void => {
  for (const kind of Object.keys(referencesOf) as EntityKind[]) {
    for (const all of versions[kind].values()) {
      for (const { document, place } of all) {
        for (const one of referencesOf[kind](document as never, place)) checkOne(versions, one);
      }
    }
  }
  for (const all of versions.productOffering.values()) {
    for (const one of all) checkSold(versions, one);
  }
};

const checkOne = (versions: CatalogueVersions, { kind, place, ref }: Pointed): void => {
  const { id, version } = ref;
  if (id === undefined) {
    complain(place, "DANGLING_REFERENCE", `A reference to a ${kind} without an id.`);
    return;
  }
  const all: readonly Version<unknown>[] = versions[kind].get(id) ?? [];
  if (all.some((one) => version === undefined || one.version === version)) return;
  const status = versions.aside.get(`${kind} ${id}`);
  const what = version === undefined || all.length === 0 ? id : `${id} in version ${version}`;
  const why = status === undefined ? "does not exist" : `is not published (${status})`;
  complain(place, "DANGLING_REFERENCE", `${kind} ${what} ${why}.`);
};

/** What is on sale is of a specification and of prices that are. */
const checkSold = (versions: CatalogueVersions, offering: Version<ProductOffering>): void => {
  const { document, from, isRetired, place } = offering;
  const ref = document.productSpecification;
  const specification = ref && versionAt(versions.productSpecification, ref, from);
  if (!isRetired && (document.isSellable ?? true) && specification?.isRetired === true) {
    const { id, version } = specification;
    const message = `Specification ${id}, version ${version}, is retired.`;
    complain(within(place, "productSpecification"), "RETIRED_SPECIFICATION", message);
  }
  if (isRetired) return;
  for (const [index, one] of (document.productOfferingPrice ?? []).entries()) {
    const found = versionsFrom(versions.productOfferingPrice, priceRef(one), from);
    if (
      found.length === 0 ||
      found.some(({ isRetired: isOver, until }) => !isOver && until > from)
    ) {
      continue;
    }
    const message = `Price ${one.id} is retired or over before the offering begins.`;
    complain(within(place, "productOfferingPrice", index, "id"), "DANGLING_REFERENCE", message);
  }
};
