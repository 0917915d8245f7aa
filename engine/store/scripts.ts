// The Lua commands as one library of Redis Functions. Against EVALSHA this saves 45 µs of every
// call: a script builds its closures and tables anew each time, a library once (engine/README.md).
// Library and functions carry a hash of the source in their names, so that engines of different
// versions run side by side on one Redis.
//
// In the files: `--- @include name` brings in lib/name.lua, once for the library; a name in
// capitals that lua-constants.ts knows stands for its value; KEYS and ARGV are those of the call.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { luaConstants, luaTexts } from "./lua-constants.ts";
import { withOwnScopes } from "./lua-scopes.ts";

const folder = new URL("../lua/", import.meta.url);
const includes = /^--- @include ([a-z-]+)$/gm;

const commandNames = [
  "apply-batch",
  "put-account",
  "expire-sessions",
  "expire-again",
  "rotate-answers",
  "claim-identifier",
  "release-identifier",
  "publish-tariff",
  "put-rate-deck-part",
  "publish-rate-deck",
  "read-accounts",
  "read-transits",
  "number-peers",
  "take-notices",
  "acknowledge-notice",
  "request-notice",
] as const;
export type CommandName = (typeof commandNames)[number];
export type Library = {
  readonly name: string;
  readonly source: string;
  /** What each command is called in Redis. */
  readonly functions: Readonly<Record<CommandName, string>>;
};

const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

const withNumbers = (lua: string): string =>
  lua
    .split("\n")
    .filter((line) => !/^\s*(--|$)/.test(line))
    .join("\n")
    .replaceAll(/\b[A-Z][A-Z0-9_]+\b/g, spelt);

const spelt = (word: string): string =>
  Object.hasOwn(luaTexts, word) ? `'${luaTexts[word]}'` : String(luaConstants[word] ?? word);

const buildLibrary = (): Library => {
  const commands = commandNames.map((name) => ({ name, text: read(`${name}.lua`) }));
  const libraryNames = new Set(
    commands.flatMap(({ text }) => Array.from(text.matchAll(includes), ([, name]) => name)),
  );
  const shared = Array.from(libraryNames, (name) => withNumbers(read(`lib/${name}.lua`)));
  const texts = commands.map(({ text }) => text);
  // The globals of Redis exist only while a function runs, so everything is opened by the first
  // call. Lua's own unpack is `spread`: `unpack` is that of struct.
  const body = [
    "local commands",
    "local function open()",
    "local spread, KEYS, ARGV = unpack",
    ...withOwnScopes(shared, texts),
    "commands = {}",
    ...commands.map(
      ({ name, text }) =>
        `commands['${name}'] = function(keys, args)\nKEYS, ARGV = keys, args\n` +
        `${withNumbers(text)}\nend`,
    ),
    "end",
    "local function run(name, keys, args)",
    "if not commands then open() end",
    "return commands[name](keys, args)",
    "end",
  ].join("\n");
  const hash = createHash("sha1").update(body).digest("hex").slice(0, 12);
  const functions = Object.fromEntries(
    commandNames.map((name) => [name, `tollgate_${name.replaceAll("-", "_")}_${hash}`]),
  ) as Record<CommandName, string>;
  const registrations = commandNames.map(
    (name) =>
      `redis.register_function('${functions[name]}', ` +
      `function(keys, args) return run('${name}', keys, args) end)`,
  );
  const library = `tollgate_${hash}`;
  return {
    name: library,
    source: [`#!lua name=${library}`, body, ...registrations].join("\n"),
    functions,
  };
};

export const library = buildLibrary();
