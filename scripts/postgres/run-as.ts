// As whom Postgres runs. It refuses to run as root, so root runs it as `nobody` where nobody can
// reach the programs and the data, or else in a user namespace, which has no root in it and yet
// reads and writes what is root's. Nothing of the system is changed.

import { userInfo } from "node:os";
import path from "node:path";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { run } from "../bootstrap/run.mjs";
import type { PostgresBinaries } from "./binaries.ts";

export type UserIds = { readonly uid: number; readonly gid: number };
export type RunAs =
  | { readonly kind: "self" }
  | { readonly kind: "nobody"; readonly ids: UserIds }
  | { readonly kind: "namespace" };

/** What the machine allows; asked only as far as it matters. */
export type Possibilities = {
  readonly isRoot: boolean;
  /** Nobody's ids, if nobody can reach programs and data. */
  readonly askNobody: () => Promise<UserIds | null>;
  readonly isNamespaceAllowed: () => Promise<boolean>;
};

const remedy =
  "start Tollgate as an ordinary user, move it to a folder that others may enter " +
  "(chmod o+x on all folders above it), or set DATABASE_URL to a running Postgres";

export const chooseRunAs = async (possible: Possibilities): Promise<Result<RunAs, string>> => {
  if (!possible.isRoot) return ok({ kind: "self" });
  const ids = await possible.askNobody();
  if (ids !== null) return ok({ kind: "nobody", ids });
  if (await possible.isNamespaceAllowed()) return ok({ kind: "namespace" });
  return err(
    "Postgres does not run as root; the user nobody cannot reach it here, and user namespaces " +
      `are not allowed: ${remedy}`,
  );
};

/** Nobody's ids as the system has them: 65534 on most, -2 on macOS. */
const idsOfNobody = async (): Promise<UserIds | null> => {
  const { code, output } = await run("/bin/sh", ["-c", "id -u nobody && id -g nobody"]);
  const [uid, gid] = output.trim().split("\n").map(Number);
  return code === 0 && Number.isInteger(uid) && Number.isInteger(gid)
    ? { uid: uid as number, gid: gid as number }
    : null;
};

/** Tried, not derived from permissions: there may be access lists, and folders on other disks. */
const reachScript = 'cd "$1" && test -r "$2" && exec "$3" --version';

const askNobody = async (
  binaries: PostgresBinaries,
  dataParent: string,
): Promise<UserIds | null> => {
  const ids = await idsOfNobody();
  if (ids === null) return null;
  const shared = path.join(binaries.folder, "share", "postgresql", "postgres.bki");
  const reach = [reachScript, "reach", dataParent, shared, binaries.postgres];
  const { code } = await run("/bin/sh", ["-c", ...reach], { user: ids, cwd: "/" });
  return code === 0 ? ids : null;
};

const isNamespaceAllowed = async (binaries: PostgresBinaries): Promise<boolean> => {
  const { code } = await run("unshare", ["--user", binaries.postgres, "--version"], { cwd: "/" });
  return code === 0;
};

/** `dataParent` is the folder that the data folder is in; it exists. */
export const findRunAs = (
  binaries: PostgresBinaries,
  dataParent: string,
): Promise<Result<RunAs, string>> =>
  chooseRunAs({
    isRoot: process.geteuid?.() === 0,
    askNobody: () => askNobody(binaries, dataParent),
    isNamespaceAllowed: () => isNamespaceAllowed(binaries),
  });

export type CommandLine = {
  readonly command: string;
  readonly args: readonly string[];
  /** Undefined: as who we are. */
  readonly user: UserIds | undefined;
};

/** `unshare` becomes the program, in the same process. */
const inNamespace = (command: string, args: readonly string[]): CommandLine => ({
  command: "unshare",
  args: ["--user", command, ...args],
  user: undefined,
});

export const commandLineAs = (
  runAs: RunAs,
  command: string,
  args: readonly string[],
): CommandLine => {
  if (runAs.kind === "namespace") return inNamespace(command, args);
  return { command, args, user: runAs.kind === "nobody" ? runAs.ids : undefined };
};

/** Containers run programs under ids that have no name. */
const hasOwnName = (): boolean => {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
};

/**
 * initdb and single-user mode, other than the server, insist on a name for who runs them. In a
 * namespace there is one: nobody's.
 */
export const namedCommandLine = (
  runAs: RunAs,
  command: string,
  args: readonly string[],
  isNamed = hasOwnName(),
): CommandLine =>
  runAs.kind === "self" && !isNamed
    ? inNamespace(command, args)
    : commandLineAs(runAs, command, args);

/** Who has to own the data folder. */
export const ownerAs = (runAs: RunAs): UserIds =>
  runAs.kind === "nobody"
    ? runAs.ids
    : { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
