// Which room knows which package. A library that leaks into every file can never be replaced; the
// network edge and the Redis client are the two that would.

import { packageOf } from "./imports.ts";
import { type Complaint, fileRule, type Rule, type TreeFile } from "./rule.ts";

type Confinement = {
  readonly packages: readonly string[];
  /** Beginnings of the paths that may import it. */
  readonly places: readonly string[];
  readonly mayTests: boolean;
};

const confinements: readonly Confinement[] = [
  { packages: ["uWebSockets.js"], places: ["engine/server/"], mayTests: false },
  {
    packages: ["ws"],
    places: ["engine/protocol/client/", "engine/server/", "bench/", "scripts/"],
    mayTests: true,
  },
  {
    packages: ["ioredis"],
    // Of Redis the business side reads the journals, and the clock that it has in common with the
    // engines; both in one file each.
    places: [
      "engine/store/",
      ...["bss/ledger/journal-stream.ts", "bss/clock/stored-clock.ts", "bench/", "scripts/"],
    ],
    mayTests: true,
  },
  { packages: ["pino"], places: ["engine/log.ts", "bss/log.ts"], mayTests: true },
  { packages: ["prom-client"], places: ["engine/metrics.ts", "bss/metrics.ts"], mayTests: true },
  // The engine never opens Postgres.
  {
    packages: ["pg", "pg-copy-streams", "drizzle-orm"],
    places: ["bss/", "bench/", "scripts/"],
    mayTests: false,
  },
];

const isOutOfPlace = (file: TreeFile, specifier: string): boolean =>
  confinements.some(
    ({ packages, places, mayTests }) =>
      packages.includes(packageOf(specifier)) &&
      !(mayTests && file.isTest) &&
      !places.some((place) => file.path.startsWith(place)),
  );

export const packagesRule = fileRule("packages", (file) =>
  file.imports
    .filter(({ specifier }) => isOutOfPlace(file, specifier))
    .map(({ line, specifier }) => ({ line, message: `${specifier} is not for this room` })),
);

const importsOf = (file: TreeFile, name: string): Complaint[] =>
  file.imports
    .filter(({ specifier }) => packageOf(specifier) === name)
    .map(({ line }) => ({ path: file.path, line, message: `a second file imports ${name}` }));

/** The native network edge is behind one file, so that the other listener can stand in for it. */
export const oneEdgeRule: Rule = {
  name: "one-edge",
  check: (tree) => {
    const found = tree.flatMap((file) => importsOf(file, "uWebSockets.js"));
    return found.filter(({ path }) => path !== found[0]?.path);
  },
};
