// The five kinds of TMF620 as the doors know them: shapes, permissions, and the rules of the
// catalogue.

import type { z } from "zod";
import type { ResourceKind, TmfApi } from "../http/tmf/resource-kind.ts";
import { decideDocument, mayDeleteDocument } from "./decide-document.ts";
import { basePath, type KindName, kindNames, tableOf, typeOf } from "./kind-names.ts";
import type { Promised } from "./references.ts";
import {
  Catalog,
  Catalog_Create,
  Catalog_Update,
  Category,
  Category_Create,
  Category_Update,
  ProductOffering,
  ProductOffering_Create,
  ProductOffering_Update,
  ProductOfferingPrice,
  ProductOfferingPrice_Create,
  ProductOfferingPrice_Update,
  ProductSpecification,
  ProductSpecification_Create,
  ProductSpecification_Update,
} from "./tmf620.generated.ts";

export type CatalogueKind = ResourceKind & { readonly name: KindName };

export const api: TmfApi = {
  basePath,
  domain: "productCatalogManagement",
  tag: "TMF620 Product Catalog",
};

type Shapes = { readonly [S in "whole" | "create" | "update"]: z.ZodObject };

const shapesOf: Readonly<Record<KindName, Shapes>> = {
  catalog: { whole: Catalog, create: Catalog_Create, update: Catalog_Update },
  category: { whole: Category, create: Category_Create, update: Category_Update },
  productSpecification: {
    whole: ProductSpecification,
    create: ProductSpecification_Create,
    update: ProductSpecification_Update,
  },
  productOffering: {
    whole: ProductOffering,
    create: ProductOffering_Create,
    update: ProductOffering_Update,
  },
  productOfferingPrice: {
    whole: ProductOfferingPrice,
    create: ProductOfferingPrice_Create,
    update: ProductOfferingPrice_Update,
  },
};

export const kindOf = (name: KindName, promised?: Promised): CatalogueKind => ({
  ...{ api, name, type: typeOf[name], table: tableOf[name], shapes: shapesOf[name] },
  permissions: { read: "catalogue:read", write: "catalogue:write" },
  methods: ["list", "get", "create", "patch", "delete"],
  stateField: "lifecycleStatus",
  hasLastUpdate: true,
  decide: decideDocument(name, promised),
  mayDelete: mayDeleteDocument(name),
});

export const catalogueKinds: readonly CatalogueKind[] = kindNames.map((name) => kindOf(name));
