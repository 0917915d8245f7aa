// The door of the compiler: TMF620 documents in, what engines and the business side charge by out.
// Everything here is pure.

export { type AgreedCharge, type AgreedDiscount, chargeAt } from "./agreed-charges.ts";
export {
  type BoughtProduct,
  neverMs,
  type Purchase,
  type PurchaseRefusal,
  productTerms,
  purchaseRefusals,
  termsOf,
} from "./buy-product.ts";
export {
  type CompiledCatalogue,
  type CompileOptions,
  checkCatalogue,
  compileCatalogue,
  type OfferingVersionName,
} from "./compile-catalogue.ts";
export {
  describeDifference,
  type OfferingDifference,
  tariffsToPublish,
} from "./describe-difference.ts";
export { describeTerms } from "./describe-terms.ts";
export { type CatalogueDocuments, catalogueDocuments, type EntityKind } from "./documents.ts";
export {
  type Entity,
  entityText,
  type Finding,
  type FindingCode,
  findingCodes,
} from "./finding.ts";
export { offeringKey, type ProductTerms } from "./product-terms.ts";
export { type AccountOfProducts, type ProfileProblem, profileOf } from "./profile-of.ts";
export { createRerating, type Rerating, type ReratingState, rerate } from "./rerate.ts";
export type { LedgerProfile, ReratedTotal, ReratingOptions } from "./rerate-books.ts";
export type { EngineTariffDocument } from "./tariff-document.ts";
