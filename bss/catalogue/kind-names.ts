// The five kinds of things in a catalogue: their names in TMF620, their tables, and which of their
// fields refer to which others. Data for rules, imports and publications alike.

import type { ResourceTable } from "../http/tmf/resource-table.ts";
import {
  catalogs,
  categories,
  productOfferingPrices,
  productOfferings,
  productSpecifications,
} from "./schema.ts";

export const kindNames = [
  "productSpecification",
  "productOfferingPrice",
  "category",
  "productOffering",
  "catalog",
] as const;
/** In the order in which they can be brought in: what is referred to comes first. */
export type KindName = (typeof kindNames)[number];

export const tableOf: Readonly<Record<KindName, ResourceTable>> = {
  catalog: catalogs,
  category: categories,
  productSpecification: productSpecifications,
  productOffering: productOfferings,
  productOfferingPrice: productOfferingPrices,
};

export const typeOf: Readonly<Record<KindName, string>> = {
  catalog: "Catalog",
  category: "Category",
  productSpecification: "ProductSpecification",
  productOffering: "ProductOffering",
  productOfferingPrice: "ProductOfferingPrice",
};

export const basePath = "/tmf-api/productCatalogManagement/v4";

export const hrefTo = (kind: KindName, id: string): string => `${basePath}/${kind}/${id}`;

type ReferenceField = {
  readonly field: string;
  readonly to: KindName;
  /** `one` reference, a `list` of them, or a bare `id` without address and name. */
  readonly form: "one" | "list" | "id";
};

const list = (field: string, to: KindName): ReferenceField => ({ field, to, form: "list" });
const one = (field: string, to: KindName): ReferenceField => ({ field, to, form: "one" });

export const referenceFields: Readonly<Record<KindName, readonly ReferenceField[]>> = {
  catalog: [list("category", "category")],
  category: [
    { field: "parentId", to: "category", form: "id" },
    list("subCategory", "category"),
    list("productOffering", "productOffering"),
  ],
  productSpecification: [
    list("bundledProductSpecification", "productSpecification"),
    list("productSpecificationRelationship", "productSpecification"),
  ],
  productOffering: [
    one("productSpecification", "productSpecification"),
    list("category", "category"),
    list("bundledProductOffering", "productOffering"),
    list("productOfferingRelationship", "productOffering"),
    list("productOfferingPrice", "productOfferingPrice"),
  ],
  productOfferingPrice: [
    list("popRelationship", "productOfferingPrice"),
    list("bundledPopRelationship", "productOfferingPrice"),
  ],
};
