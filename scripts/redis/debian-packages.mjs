// Unpacks Redis from the distribution's own packages into a folder: no root, nothing installed,
// nothing of the system changed. The packages come through apt, so mirrors, proxies and signatures
// are the machine's own. Where the system has no package lists, or old ones, a private copy is
// fetched beside the packages.

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { refusal } from "../bootstrap/refusal.mjs";
import { lastWords, run } from "../bootstrap/run.mjs";
import { missingSharedObjects, packageCandidates } from "./shared-objects.mjs";

const remedy =
  "Install Redis 7.0 or later yourself (as root: apt-get install redis-server) or set REDIS_URL";

/** What to try, in order: the server's program and the packages that hold it. */
const offers = [
  { server: "redis-server", packages: ["redis-server", "redis-tools"] },
  { server: "valkey-server", packages: ["valkey-server", "valkey-tools"] },
];

/** Libraries that a minimal system may lack; asked for with the server, to save a round. */
const usualLibraries = ["libjemalloc2", "liblzf1", "libatomic1"];

/** Each round fetches the libraries that the previous round's libraries turned out to need. */
const libraryRoundsMax = 4;

/**
 * How apt is told to keep to our folder. `#clear` only works from a file: it keeps the hooks of the
 * system's own configuration (desktop caches, container clean-up) from running.
 * @param {string} folder
 */
const prepareApt = async (folder) => {
  const lists = path.join(folder, "lists");
  const cache = path.join(folder, "cache");
  const configuration = path.join(folder, "apt.conf");
  await mkdir(path.join(lists, "partial"), { recursive: true });
  await mkdir(path.join(cache, "archives", "partial"), { recursive: true });
  await mkdir(path.join(folder, "packages"), { recursive: true });
  await writeFile(
    configuration,
    "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n",
  );
  const shared = [
    ...["-c", configuration, "-q", "-o", `Dir::Cache=${cache}`],
    // As root apt would drop to the user _apt, which may not write into our folder.
    ...["-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none"],
    ...["-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=20"],
  ];
  return { system: shared, own: [...shared, "-o", `Dir::State::Lists=${lists}`] };
};

/**
 * Downloads into `folder`/packages, to what an earlier round brought.
 * @param {{ folder: string, options: string[] }} apt
 * @param {readonly string[]} packages
 */
const download = (apt, packages) =>
  run("apt-get", [...apt.options, "download", ...packages], {
    cwd: path.join(apt.folder, "packages"),
    environment: { LC_ALL: "C" },
  });

/**
 * Which of the names apt knows a package by, that can be downloaded.
 * @param {{ options: string[] }} apt
 * @param {readonly string[]} names
 */
const knownPackages = async (apt, names) => {
  const { output } = await run("apt-cache", [...apt.options, "madison", ...names], {
    environment: { LC_ALL: "C" },
  });
  const known = new Set(output.split("\n").map((line) => line.split("|")[0]?.trim()));
  return names.filter((name) => known.has(name));
};

/**
 * Downloads the first offer that there is, with the system's lists or else with private ones.
 * @param {string} folder
 */
const downloadServer = async (folder) => {
  const options = await prepareApt(folder);
  let problem = "";
  for (const lists of [options.system, options.own]) {
    if (lists === options.own) {
      const update = await run("apt-get", [...lists, "update"], { environment: { LC_ALL: "C" } });
      // apt ends with 0 when it could only reuse old lists, or none at all; its warnings tell.
      problem = /^(?:W|E|Err).*/m.test(update.output) ? lastWords(update.output) : "";
    }
    const apt = { folder, options: lists };
    for (const { server, packages } of offers) {
      const found = await knownPackages(apt, [...packages, ...usualLibraries]);
      if (!found.includes(server)) continue;
      const outcome = await download(apt, found);
      if (outcome.code === 0) return { apt, server };
      problem = lastWords(outcome.output);
      // Old lists name versions that are gone from the mirror: never mix what came with what comes
      // next.
      await rm(path.join(folder, "packages"), { recursive: true });
      await mkdir(path.join(folder, "packages"));
    }
  }
  throw refusal(
    `apt-get could not download Redis: ${problem || "its sources offer none"}. ${remedy}.`,
  );
};

/** @param {string} folder */
const unpackAll = async (folder) => {
  const packages = path.join(folder, "packages");
  for (const name of await readdir(packages)) {
    if (!name.endsWith(".deb")) continue;
    const outcome = await run("dpkg", ["-x", path.join(packages, name), path.join(folder, "root")]);
    if (outcome.code !== 0)
      throw refusal(`dpkg could not unpack ${name}: ${lastWords(outcome.output)}`);
  }
};

/**
 * The folders below `root` that hold shared objects, relative to it.
 * @param {string} root
 */
const libraryFolders = async (root) => {
  const found = new Set();
  for (const top of ["usr/lib", "lib"]) {
    const entries = await readdir(path.join(root, top), { recursive: true }).catch(() => []);
    for (const entry of entries) {
      if (/\.so(\.|$)/.test(entry)) found.add(path.dirname(path.join(top, entry)));
    }
  }
  return [...found].sort();
};

/**
 * Downloads and unpacks a server and the libraries that the system lacks into `folder`/root.
 * @param {string} folder an empty folder of ours
 * @returns {Promise<{ command: string, libraryFolders: string[] }>} both relative to `folder`/root
 */
export const unpackServer = async (folder) => {
  const { apt, server } = await downloadServer(folder);
  const root = path.join(folder, "root");
  const command = path.join("usr", "bin", server);
  for (let round = 0; ; round += 1) {
    await unpackAll(folder);
    const folders = await libraryFolders(root);
    const searched = folders.map((name) => path.join(root, name)).join(":");
    const { output } = await run("ldd", [path.join(root, command)], {
      environment: { LD_LIBRARY_PATH: searched, LC_ALL: "C" },
    });
    const missing = missingSharedObjects(output);
    if (missing.length === 0) return { command, libraryFolders: folders };
    const packages = await knownPackages(apt, missing.flatMap(packageCandidates));
    if (packages.length === 0 || round === libraryRoundsMax) {
      throw refusal(`the unpacked ${server} lacks ${missing.join(", ")}. ${remedy}.`);
    }
    const outcome = await download(apt, packages);
    if (outcome.code !== 0) {
      throw refusal(
        `apt-get could not download ${packages.join(", ")}: ${lastWords(outcome.output)}`,
      );
    }
  }
};
