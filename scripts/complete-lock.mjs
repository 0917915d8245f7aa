// Completes package-lock.json. npm writes only the optional binaries of the machine it runs on for
// some packages (biome, msgpackr-extract), and `npm ci` then refuses the lock. Run it after each
// `npm install`; with --check it changes nothing and exits 1 when entries are missing.
// @ts-check

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lock
 */

const platformInName =
  /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-([a-z0-9]+)/;

/**
 * The lock entry for a binary that was not installed here: its platform is read from its name, so
 * that npm skips it here and installs it there. Integrity is unknown and stays out, as npm allows.
 * @param {string} name @param {string} range @returns {Entry}
 */
const entryFor = (name, range) => {
  const platform = platformInName.exec(name);
  if (platform === null) {
    throw new Error(`${name} is optional, missing from the lock, and names no platform`);
  }
  const [, os, cpu] = /** @type {[string, string, string]} */ (/** @type {unknown} */ (platform));
  return {
    version: range.replace(/^[^\d]*/, ""),
    cpu: [cpu.replace("eabihf", "")],
    os: [os],
    optional: true,
    ...(name.includes("musl") ? { libc: ["musl"] } : {}),
  };
};

/**
 * Where npm would look for `name` when `path` asks for it: in its own node_modules, then in each
 * above.
 * @param {string} path @param {string} name @returns {string[]}
 */
const placesOf = (path, name) => {
  const parts = path.split("/node_modules/");
  const nested = parts.map((_, index) => `${parts.slice(0, index + 1).join("/node_modules/")}/`);
  return ["", ...nested].map((above) => `${above}node_modules/${name}`);
};

/**
 * The complete lock, sorted as npm sorts it, and the paths that had been missing.
 * @param {Lock} lock @returns {{ lock: Lock, added: string[] }}
 */
export const completeLock = (lock) => {
  const packages = { ...lock.packages };
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "") continue;
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (placesOf(path, name).some((place) => place in packages)) continue;
      packages[`node_modules/${name}`] = entryFor(name, range);
      added.push(`node_modules/${name}`);
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added };
};

/** @param {string[]} argv @returns {number} the exit code */
const main = (argv) => {
  const file = new URL("../package-lock.json", import.meta.url);
  const { lock, added } = completeLock(JSON.parse(readFileSync(file, "utf8")));
  if (added.length === 0) {
    console.log("package-lock.json is complete");
    return 0;
  }
  if (argv.includes("--check")) {
    for (const path of added) console.error(`package-lock.json misses ${path}`);
    console.error("remedy: npm run complete-lock");
    return 1;
  }
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${added.length} entries added`);
  return 0;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = main(process.argv.slice(2));
}
