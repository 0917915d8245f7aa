// The catalogue in a process: all its routes, and the workers that publish, import and preview.

import type { Database } from "../db/connection.ts";
import type { Route } from "../http/route.ts";
import type { Log } from "../log.ts";
import type { Transact } from "../transact.ts";
import { jobRoutesOfCatalogue } from "./jobs/job-routes.ts";
import { startJobWorker } from "./jobs/job-worker.ts";
import { previewRoutes } from "./previews/preview-routes.ts";
import type { CustomersOf } from "./previews/read-profiles.ts";
import type { TariffSender } from "./publications/carry-on.ts";
import type { OwnersOf } from "./publications/prepare-publication.ts";
import { publicationRoutes } from "./publications/publication-routes.ts";
import { startPublicationWorker } from "./publications/publication-worker.ts";
import { resourceRoutesOfCatalogue } from "./routes.ts";

const nobodyKnows: OwnersOf = async () => undefined;

/** `ownersOf` left out: how many own a version is not known, so of each one something is said. */
export const catalogueRoutes = (ownersOf: OwnersOf = nobodyKnows): readonly Route[] => [
  ...resourceRoutesOfCatalogue(),
  ...publicationRoutes(ownersOf),
  ...jobRoutesOfCatalogue(),
  ...previewRoutes(),
];

export type CatalogueWorkers = {
  /** The steps under way end first. */
  stop(): Promise<void>;
};

export const startCatalogueWorkers = (parts: {
  readonly database: Database;
  readonly transact: Transact;
  readonly engine: TariffSender;
  readonly now: () => number;
  readonly log: Pick<Log, "warn">;
  /** Left out, each account of the engine is a customer of its own. */
  readonly customersOf?: CustomersOf;
}): CatalogueWorkers => {
  const workers = [startPublicationWorker(parts), startJobWorker(parts)];
  return {
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
};
