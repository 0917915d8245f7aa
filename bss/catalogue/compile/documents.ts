// As much of TMF620 v4.1 documents as pricing reads, by the standard's names. Every field may be
// left out, as there; what has to be said is for the checks to ask for. What else stands in a
// document is none of this room's business.

import { z } from "zod";

const text = z.string().optional();
const number = z.number().optional();
const flag = z.boolean().optional();
const listOf = <T extends z.ZodType>(element: T) => z.array(element).optional();

const period = z.object({ startDateTime: text, endDateTime: text });
const money = z.object({ unit: text, value: number });
const quantity = z.object({ amount: number, units: text });
const ref = z.object({ id: text, version: text, name: text });
const relationship = z.object({ id: text, name: text, relationshipType: text });
const value = z.object({
  ...{ value: z.unknown().optional(), valueFrom: number, valueTo: number, unitOfMeasure: text },
});
const characteristic = z.object({ name: text, productSpecCharacteristicValue: listOf(value) });
const term = z.object({ name: text, duration: quantity.optional() });
const entity = {
  ...{ id: text, name: text, version: text, lifecycleStatus: text },
  validFor: period.optional(),
};

export const productSpecification = z.object({
  ...entity,
  productSpecCharacteristic: listOf(characteristic),
  bundledProductSpecification: listOf(ref),
  productSpecificationRelationship: listOf(relationship),
});

export const productOfferingPrice = z.object({
  ...entity,
  ...{ isBundle: flag, priceType: text, percentage: number },
  ...{ recurringChargePeriodType: text, recurringChargePeriodLength: number },
  price: money.optional(),
  unitOfMeasure: quantity.optional(),
  tax: listOf(z.object({ taxCategory: text, taxRate: number })),
  popRelationship: listOf(relationship),
  bundledPopRelationship: listOf(ref),
  pricingLogicAlgorithm: listOf(z.object({ plaSpecId: text, name: text })),
  prodSpecCharValueUse: listOf(characteristic),
  productOfferingTerm: listOf(term),
});

export const productOffering = z.object({
  ...entity,
  ...{ isBundle: flag, isSellable: flag },
  productSpecification: ref.optional(),
  productOfferingPrice: listOf(ref),
  prodSpecCharValueUse: listOf(characteristic),
  productOfferingTerm: listOf(term),
  productOfferingRelationship: listOf(relationship),
  bundledProductOffering: listOf(
    z.object({
      ...{ id: text, name: text },
      bundledProductOfferingOption: z
        .object({
          numberRelOfferDefault: number,
          numberRelOfferLowerLimit: number,
          numberRelOfferUpperLimit: number,
        })
        .optional(),
    }),
  ),
  category: listOf(ref),
  channel: listOf(ref),
  marketSegment: listOf(ref),
});

export const category = z.object({
  ...entity,
  ...{ isRoot: flag, parentId: text },
  subCategory: listOf(ref),
  productOffering: listOf(ref),
});

export const catalog = z.object({ ...entity, category: listOf(ref) });

export const catalogueDocuments = z.object({
  catalog: z.array(catalog),
  category: z.array(category),
  productSpecification: z.array(productSpecification),
  productOffering: z.array(productOffering),
  productOfferingPrice: z.array(productOfferingPrice),
});

type Read<T extends z.ZodType> = z.infer<T>;
export type ProductSpecification = Read<typeof productSpecification>;
export type ProductOfferingPrice = Read<typeof productOfferingPrice>;
export type ProductOffering = Read<typeof productOffering>;
export type Category = Read<typeof category>;
export type Catalog = Read<typeof catalog>;
export type Characteristic = Read<typeof characteristic>;
export type CharacteristicValue = Read<typeof value>;
export type Money = Read<typeof money>;
export type Quantity = Read<typeof quantity>;
export type Ref = Read<typeof ref>;
export type Term = Read<typeof term>;
export type ValidFor = Read<typeof period>;

/** In any order; published ones and drafts, which are left aside. */
export type CatalogueDocuments = {
  readonly catalog: readonly Catalog[];
  readonly category: readonly Category[];
  readonly productSpecification: readonly ProductSpecification[];
  readonly productOffering: readonly ProductOffering[];
  readonly productOfferingPrice: readonly ProductOfferingPrice[];
};
export type EntityKind = keyof CatalogueDocuments;
