// Installs the packages when they are missing or differ from package-lock.json. A stamp in
// node_modules makes the usual case one hash; without it (somebody ran `npm ci` by hand) npm's own
// record of what it installed is compared, so that a folder that is right is never wiped.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { refusal } from "./refusal.mjs";
import { lastWords, run } from "./run.mjs";

const stampName = ".tollgate-lock";

/** @param {string} file */
const readOrNull = (file) => readFile(file, "utf8").catch(() => null);

/**
 * Whether what npm recorded in node_modules/.package-lock.json is what package-lock.json asks for.
 * Optional packages may be absent: they belong to other platforms.
 * @param {string} lockText
 * @param {string} installedText
 */
export const isInstalledAsLocked = (lockText, installedText) => {
  const wanted = JSON.parse(lockText).packages ?? {};
  const installed = JSON.parse(installedText).packages ?? {};
  const differs = Object.entries(wanted).some(([name, entry]) => {
    if (name === "" || entry.link === true) return false;
    const found = installed[name];
    return found === undefined ? entry.optional !== true : found.version !== entry.version;
  });
  return !differs && Object.keys(installed).every((name) => wanted[name] !== undefined);
};

/** @param {{ root: string, log: (line: string) => void }} options */
export const installDependencies = async ({ root, log }) => {
  const stampFile = path.join(root, "node_modules", stampName);
  const lockText = await readOrNull(path.join(root, "package-lock.json"));
  if (lockText === null)
    throw refusal("package-lock.json is missing; restore it: git checkout package-lock.json");
  const stamp = createHash("sha256").update(lockText).digest("hex");
  if ((await readOrNull(stampFile))?.trim() === stamp) return;

  const installedText = await readOrNull(path.join(root, "node_modules", ".package-lock.json"));
  if (installedText === null || !isInstalledAsLocked(lockText, installedText)) {
    log("installing packages (npm ci)");
    // npm is started the way it started us, where it did: PATH may hold another one, or none.
    const npm = process.env.npm_execpath;
    const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
    const install = [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
    const { code, output } = await run(command, install, { cwd: root, timeoutSeconds: 900 });
    if (code !== 0)
      throw refusal(`npm ci failed: ${lastWords(output)}. Run it by hand to see all: npm ci`);
  }
  // Without the stamp the next start only compares more; a read-only node_modules is no reason to
  // stop.
  await writeFile(stampFile, `${stamp}\n`).catch(() => undefined);
};
