// The door of the catalogue.

export { jobRoutesOfCatalogue } from "./jobs/job-routes.ts";
export { type JobWorker, startJobWorker } from "./jobs/job-worker.ts";
export { type KindName, kindNames } from "./kind-names.ts";
export { isOnOffer, type LifecycleStatus } from "./lifecycle.ts";
export type { OwnersOf } from "./publications/prepare-publication.ts";
export { publicationRoutes } from "./publications/publication-routes.ts";
export {
  type PublicationWorker,
  startPublicationWorker,
} from "./publications/publication-worker.ts";
export { catalogueInForce, type InForce, termsInForce } from "./publications/publications.ts";
export type { Owners, Treatment } from "./publications/treatments.ts";
export { resourceRoutesOfCatalogue } from "./routes.ts";
