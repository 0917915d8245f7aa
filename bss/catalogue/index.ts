// The door of the catalogue.

export { jobRoutesOfCatalogue } from "./jobs/job-routes.ts";
export { type JobWorker, startJobWorker } from "./jobs/job-worker.ts";
export { exportJobKind, importJobKind } from "./jobs/tmf-jobs.ts";
export { type KindName, kindNames } from "./kind-names.ts";
export { type CatalogueKind, catalogueKinds } from "./kinds.ts";
export { isOnOffer, type LifecycleStatus } from "./lifecycle.ts";
export { previewRoutes } from "./previews/preview-routes.ts";
export type { CustomersOf } from "./previews/read-profiles.ts";
export type { OwnersOf } from "./publications/prepare-publication.ts";
export { publicationRoutes } from "./publications/publication-routes.ts";
export {
  type PublicationWorker,
  startPublicationWorker,
} from "./publications/publication-worker.ts";
export { catalogueInForce, type InForce, termsInForce } from "./publications/publications.ts";
export type { Owners, Treatment } from "./publications/treatments.ts";
export { resourceRoutesOfCatalogue } from "./routes.ts";
