// Finds a Redis to run, or brings one. In this order: redis-server or valkey-server on PATH; the
// copy that an earlier start unpacked; on Debian and Ubuntu the distribution's packages, unpacked
// into the data folder. Safe to call from several processes at once: a copy is prepared aside and
// appears by one rename.

import { constants } from "node:fs";
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { refusal } from "../bootstrap/refusal.mjs";
import { run } from "../bootstrap/run.mjs";
import { unpackServer } from "./debian-packages.mjs";
import { isVersionAtLeast, parseServerVersion, redisVersionMin } from "./version.mjs";

/**
 * @typedef {{ command: string, environment: Record<string, string>, version: string }} RedisBinary
 */

const unpackedName = "unpacked";
const asidePrefix = ".unpacking-";
const publishAttemptsMax = 5;
const descriptionName = "redis.json";
/**
 * What an interrupted start left behind is deleted by a later one, but never while it may be in
 * use.
 */
const abandonedAfterMilliseconds = 60 * 60 * 1000;

/** @param {string} name @param {string} searchPath */
const findCommand = async (name, searchPath) => {
  for (const folder of searchPath.split(":").filter((entry) => entry !== "")) {
    const file = path.join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
};

/**
 * Starts the program to ask its version; null when it does not run.
 * @param {string} command @param {Record<string, string>} environment
 */
const askVersion = async (command, environment) => {
  const { output } = await run(command, ["--version"], { environment, timeoutSeconds: 20 });
  return parseServerVersion(output);
};

/**
 * @param {string} searchPath
 * @param {(line: string) => void} log
 * @returns {Promise<RedisBinary | null>}
 */
const findOnPath = async (searchPath, log) => {
  for (const name of ["redis-server", "valkey-server"]) {
    const command = await findCommand(name, searchPath);
    if (command === null) continue;
    const version = await askVersion(command, {});
    if (version !== null && isVersionAtLeast(version, redisVersionMin)) {
      return { command, environment: {}, version };
    }
    const complaint =
      version === null ? "does not run" : `is ${version}; ${redisVersionMin} is needed`;
    log(`${command} ${complaint}: looking for another Redis`);
  }
  return null;
};

/** @param {string} folder @returns {Promise<RedisBinary | null>} */
const openUnpacked = async (folder) => {
  const text = await readFile(path.join(folder, descriptionName), "utf8").catch(() => null);
  if (text === null) return null;
  const description = JSON.parse(text);
  const root = path.join(folder, "root");
  const command = path.join(root, description.command);
  const libraries = description.libraryFolders.map((name) => path.join(root, name)).join(":");
  const environment = libraries === "" ? {} : { LD_LIBRARY_PATH: libraries };
  const version = await askVersion(command, environment);
  return version === null ? null : { command, environment, version };
};

/** @param {string} folder */
const removeAbandoned = async (folder) => {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(asidePrefix)) continue;
    const file = path.join(folder, name);
    const entry = await stat(file).catch(() => null);
    if (entry !== null && Date.now() - entry.mtimeMs > abandonedAfterMilliseconds) {
      await rm(file, { recursive: true, force: true });
    }
  }
};

/**
 * Gives a finished copy its name. Whoever renames first wins, and the loser uses the winner's; only
 * a copy that does not run (another system had this folder) makes way.
 * @param {string} folder @param {string} aside
 */
const publish = async (folder, aside) => {
  const target = path.join(folder, unpackedName);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(aside, target);
    } catch (error) {
      const isTaken = error.code === "ENOTEMPTY" || error.code === "EEXIST";
      if (!isTaken || attempt === publishAttemptsMax) throw error;
    }
    if ((await openUnpacked(target)) !== null) return;
    const broken = path.join(folder, `${asidePrefix}broken-${process.pid}`);
    // Another process may have moved it a moment before.
    await rename(target, broken).catch(() => undefined);
    await rm(broken, { recursive: true, force: true });
  }
};

/** @param {string} folder @returns {Promise<RedisBinary>} */
const bringUnpacked = async (folder) => {
  const aside = await mkdtemp(path.join(folder, asidePrefix));
  const target = path.join(folder, unpackedName);
  try {
    const description = await unpackServer(aside);
    await writeFile(path.join(aside, descriptionName), `${JSON.stringify(description)}\n`);
    const brought = await openUnpacked(aside);
    if (brought === null)
      throw refusal(`the unpacked Redis in ${aside} does not run; set REDIS_URL`);
    if (!isVersionAtLeast(brought.version, redisVersionMin)) {
      throw refusal(
        `this distribution's Redis is ${brought.version}; ${redisVersionMin} or later is needed. ` +
          "Install a newer one from https://redis.io/downloads or set REDIS_URL.",
      );
    }
    for (const name of ["packages", "lists", "cache", "apt.conf"]) {
      await rm(path.join(aside, name), { recursive: true, force: true });
    }
    await publish(folder, aside);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const opened = await openUnpacked(target);
  if (opened === null)
    throw refusal(`the Redis in ${target} does not run; delete that folder and start again`);
  return opened;
};

/** @param {string} folder whose parent exists */
const makeFolder = (folder) =>
  mkdir(folder).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });

/**
 * @param {{
 *   dataFolder: string,
 *   log: (line: string) => void,
 *   otherFolders?: readonly string[],
 *   searchPath?: string,
 * }} options `otherFolders` are data folders whose copy will do as well
 * @returns {Promise<RedisBinary>} rejects with one line that names the remedy (see refusal.mjs)
 */
export const locateRedis = async ({
  dataFolder,
  log,
  otherFolders = [],
  searchPath = process.env.PATH ?? "",
}) => {
  const onPath = await findOnPath(searchPath, log);
  if (onPath !== null) return onPath;
  const folder = path.join(dataFolder, "redis");
  for (const candidate of [dataFolder, ...otherFolders]) {
    const earlier = await openUnpacked(path.join(candidate, "redis", unpackedName));
    if (earlier !== null) return earlier;
  }
  const tools = await Promise.all(
    ["apt-get", "apt-cache", "dpkg", "ldd"].map((name) => findCommand(name, searchPath)),
  );
  if (tools.includes(null)) {
    const remedy =
      process.platform === "darwin" ? "brew install redis" : "install Redis 7.0 or later";
    throw refusal(`no redis-server found. Remedy: ${remedy}, or set REDIS_URL to a running one.`);
  }
  try {
    // One level each: a recursive mkdir never returns where the parent cannot have folders (/proc).
    await makeFolder(dataFolder);
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw refusal(
      `cannot write to ${folder} (${error.code}), where Redis would be unpacked; ` +
        "set TOLLGATE_DATA to a folder of yours whose parent exists",
    );
  }
  await removeAbandoned(folder);
  log("no Redis on PATH: fetching the distribution's packages (nothing is installed)");
  return await bringUnpacked(folder);
};
