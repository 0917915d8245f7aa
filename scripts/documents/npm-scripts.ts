// What each npm script is for; README.md has it as a table.

import { readFileSync } from "node:fs";
import { alignedTable } from "./markdown.ts";

/** In the order in which somebody new meets them. */
const meanings: Readonly<Record<string, string>> = {
  start: "Redis, Postgres, engines and a demo operator; `-- --help` names flags and variables",
  balance: "what a subscriber of the running Tollgate has left: `-- 4915100000000`",
  tariff: "tariff documents: `-- check FILE.json`, `price`, `publish`, `list`, `show`; `-- --help`",
  deck: "rate decks: `-- publish FILE --id ID`, `-- import FILE.csv`, `-- world --out FILE`",
  day: "a compressed day of traffic into the running Tollgate, live; `-- --help`",
  snapshot: "all that Redis has, kept with the ledger, for a rebuild to begin with; `-- --help`",
  rebuild: "an empty Redis becomes what it was, from the ledger; `-- --help`",
  audit: "derives every balance from the journal; exits 1 on a drift of one unit",
  administrator: "a new one-time password for the administrator of the business side; `-- --help`",
  "audit:log": "proves that nobody changed the audit, by its chain of hashes; `-- --help`",
  "privacy:rotate": "personal data under a newer key; `-- --new-key` makes one, `-- --help`",
  explain: "why something cost what it cost, or would: `-- --account ID`, then `-- JOURNALID/N`",
  transfers:
    "what is in transit between accounts; exits 1 when some is late; `-- --settle` ends doubts",
  oracle: "ten thousand sessions or more across tariff switches, each second rated twice",
  sim: "engines, network and Redis with everything that can go wrong, by seed; `-- --seed 1`",
  chaos: "breaks a Tollgate of its own under load, and proves its promises; `-- --help`",
  bench: "how much this machine carries, on a Redis and engine of its own; `-- --help`",
  "bench:ledger": "how fast the ledger follows a journal, and Redis is rebuilt from it",
  "bench:events": "how fast events are written, spread to subscriptions and delivered",
  "bench:rerate": "how fast the ledger is rated once more by other prices",
  "bench:micro": "pieces of the hot path, features, decks, idle accounts, layouts, one by one",
  test: "all tests",
  "test:unit": "those that need no server: seconds",
  "test:live": "those on real Redis and Postgres servers of their own, on free ports",
  check: "types, lint, format, house rules and the lock file; what CI runs before the tests",
  tidy: "the house rules alone",
  format: "formats the code and sorts imports",
  generate: "writes the generated documents: PROTOCOL.md and the tables of this file",
  "complete-lock": "after `npm install`: adds what other platforms need to package-lock.json",
};

/** Without those that npm runs by itself before another one. */
export const npmScriptNames = (): readonly string[] => {
  const file = new URL("../../package.json", import.meta.url);
  const { scripts } = JSON.parse(readFileSync(file, "utf8")) as { scripts: Record<string, string> };
  const isHook = (name: string) => name.startsWith("pre") && scripts[name.slice(3)] !== undefined;
  return Object.keys(scripts).filter((name) => !isHook(name));
};

/** Throws when a script has no meaning, or a meaning no script. */
export const npmScriptsPart = (names = npmScriptNames()): string => {
  const without = names.filter((name) => meanings[name] === undefined);
  const gone = Object.keys(meanings).filter((name) => !names.includes(name));
  if (without.length > 0) throw new Error(`npm scripts without a meaning: ${without.join(", ")}`);
  if (gone.length > 0) throw new Error(`meanings without an npm script: ${gone.join(", ")}`);
  return alignedTable(
    ["command", "what it does"],
    Object.entries(meanings).map(([name, meaning]) => [`\`${commandOf(name)}\``, meaning]),
  );
};

const commandOf = (name: string): string =>
  name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
