// The door of the catalogue.

export {
  type AccountOfProducts,
  type BoughtProduct,
  chargeAt,
  type LedgerProfile,
  offeringKey,
  type ProductTerms,
  type Purchase,
  productTerms,
  profileOf,
  termsOf,
} from "./compile/index.ts";
export { exportJobKind, importJobKind } from "./jobs/tmf-jobs.ts";
export { type KindName, kindNames } from "./kind-names.ts";
export { type CatalogueKind, catalogueKinds } from "./kinds.ts";
export { isOnOffer, type LifecycleStatus } from "./lifecycle.ts";
export type { CustomersOf } from "./previews/read-profiles.ts";
export type { OwnersOf } from "./publications/prepare-publication.ts";
export { catalogueInForce, type InForce, termsInForce } from "./publications/publications.ts";
export type { Owners, Treatment } from "./publications/treatments.ts";
export {
  type CatalogueWorkers,
  catalogueRoutes,
  startCatalogueWorkers,
} from "./start-catalogue.ts";
