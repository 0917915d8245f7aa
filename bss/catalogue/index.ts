// The door of the catalogue.

export { type KindName, kindNames } from "./kind-names.ts";
export { isOnOffer, type LifecycleStatus } from "./lifecycle.ts";
export { resourceRoutesOfCatalogue } from "./routes.ts";
