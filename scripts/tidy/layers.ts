// Who may import whom. The order of the rooms is written once, as data; a room imports its own rank
// and what stands before it, never what comes after.

import type { Complaint, Rule, Tree, TreeFile } from "./rule.ts";

/**
 * The engine's rooms, folders and files of its root, from the words that all speak to the root
 * itself.
 */
export const engineRanks: readonly (readonly string[])[] = [
  ["values"],
  ["limits.ts"],
  ["rating", "balance", "session", "cdr"],
  ["protocol"],
  // These see the world (environment, output), so that the ranks before them cannot.
  ["config.ts", "log.ts", "metrics.ts"],
  ["store"],
  ["explain"],
  ["server", "gateways", "simulation", "stories"],
  ["main.ts"],
];

/** All of the engine that the business side may see. */
export const engineRoomsForBss: readonly string[] = ["values", "rating", "protocol", "cdr"];

/** Folders of bss that are not domains: what domains share, and what stands above them. */
const bssShared: readonly string[] = ["db", "http"];
const bssAbove: readonly string[] = ["console", "scenarios"];

const roomOf = (file: string): string => file.split("/")[1] ?? "";
const programOf = (file: string): string => file.split("/")[0] ?? "";
const rankOf = (file: string): number =>
  engineRanks.findIndex((rank) => rank.includes(roomOf(file)));
const isBssDomain = (file: string): boolean =>
  file.split("/").length > 2 && ![...bssShared, ...bssAbove].includes(roomOf(file));

const whyNotFromEngine = (from: TreeFile, to: string): string | undefined => {
  if (programOf(to) === "bss") return "the engine never imports bss";
  if (from.isTest) return undefined;
  if (rankOf(to) < 0) return `${to} has no place in the order of the rooms`;
  return rankOf(to) > rankOf(from.path)
    ? `${roomOf(from.path)} stands before ${roomOf(to)} and may not import it`
    : undefined;
};

const whyNotBetweenDomains = (from: string, to: string): string | undefined => {
  if (roomOf(from) === roomOf(to) || !isBssDomain(to)) return undefined;
  if (bssShared.includes(roomOf(from))) return `${roomOf(from)} is shared and imports no domain`;
  if (!isBssDomain(from)) return undefined;
  if (from.endsWith("/schema.ts")) {
    return to.endsWith("/schema.ts") ? undefined : "a schema imports other schemas only";
  }
  return to === `bss/${roomOf(to)}/index.ts`
    ? undefined
    : `${roomOf(to)} is entered by its index.ts`;
};

const whyNotFromBss = (from: TreeFile, to: string): string | undefined => {
  if (programOf(to) === "engine") {
    return from.isTest || engineRoomsForBss.includes(roomOf(to))
      ? undefined
      : `bss may import engine/{${engineRoomsForBss.join(",")}} only`;
  }
  return from.isTest ? undefined : whyNotBetweenDomains(from.path, to);
};

/** Why `from` may not import `to`, or undefined when it may. */
const whyNot = (from: TreeFile, to: string): string | undefined => {
  const program = programOf(from.path);
  if (program !== "engine" && program !== "bss") return undefined;
  if (programOf(to) === "bench" || programOf(to) === "scripts") {
    const isForTests = from.isTest && to.startsWith("scripts/testing/");
    return isForTests ? undefined : `nothing imports ${programOf(to)}`;
  }
  return program === "engine" ? whyNotFromEngine(from, to) : whyNotFromBss(from, to);
};

const checkImports = (tree: Tree): Complaint[] =>
  tree.flatMap((file) =>
    file.imports.flatMap(({ line, target }) => {
      const message = target === undefined ? undefined : whyNot(file, target);
      return message === undefined ? [] : [{ path: file.path, line, message }];
    }),
  );

export const layersRule: Rule = { name: "layers", check: checkImports };

const knownRooms = new Set([...engineRanks.flat(), "lua", "README.md"]);

/** A room without a rank would escape the order: it must be given a place first. */
export const roomsRule: Rule = {
  name: "rooms",
  check: (tree) =>
    tree
      .filter((file) => file.path.startsWith("engine/") && !file.isTest)
      .filter((file) => !knownRooms.has(roomOf(file.path)))
      .map(({ path }) => ({ path, line: 1, message: `engine has no room "${roomOf(path)}"` })),
};
