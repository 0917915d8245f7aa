// `npm run bench:micro`: what pieces of the hot path cost, what each feature of charging costs an
// update, a look-up in a rate deck, the walk for each idle account, and what the candidates for the
// layout of an account cost on a real Redis. The tables go to standard output, progress to standard
// error.

import { findRedisServer } from "../scripts/testing/redis-binary.ts";
import { featureTable, measureFeatures } from "./features/measure-features.ts";
import { decimal, type Flag, readFlags, whole } from "./flags.ts";
import { layouts, measureLayouts } from "./layouts/measure-layouts.ts";
import { measurePublication, publications, publicationTable } from "./micro/deck-publication.ts";
import { idleTable, measureIdleAccounts } from "./micro/idle-accounts.ts";
import { measureCode } from "./micro/measure-code.ts";
import { measurePrefixes, prefixCount, prefixTable } from "./micro/prefix-match.ts";
import { describeMachine, machineLines } from "./report/machine.ts";
import { openProgress, type Progress } from "./report/progress.ts";
import { preciseFigure, renderTable, wholeFigure } from "./report/table.ts";
import { writeJson } from "./report/write-json.ts";

const flags: readonly Flag[] = [
  {
    name: "seconds",
    hint: "N",
    meaning: "for each piece of code",
    range: decimal(0.01, 600),
    fallback: 0.5,
  },
  {
    name: "accounts",
    hint: "N",
    meaning: "for the layouts, and idle ones",
    range: whole(64, 1_000_000),
    fallback: 20_000,
  },
  {
    name: "operations",
    hint: "N",
    meaning: "of each layout",
    range: whole(64, 100_000_000),
    fallback: 200_000,
  },
  {
    name: "turns",
    hint: "N",
    meaning: "of each feature",
    range: whole(1, 1_000),
    fallback: 15,
  },
  {
    name: "only",
    hint: "PART",
    meaning: "code, features, prefixes, publication, idle or layouts; left out: all",
    oneOf: ["code", "features", "prefixes", "publication", "idle", "layouts"],
  },
  { name: "json", hint: "FILE", meaning: "writes the figures there as well" },
];
const title = "npm run bench:micro [-- flags]   measures single pieces of the hot path";

const codeOf = async (seconds: number, progress: Progress) => {
  progress.begin("code");
  const code = await measureCode(seconds);
  progress.end(`${code.length} pieces`);
  return code;
};

const featuresOf = async (turns: number, progress: Progress) => {
  progress.begin("features");
  const figures = await measureFeatures(turns, (share) => progress.show(share, ""));
  progress.end(`${figures.length} of them, ${turns} turns each`);
  return figures;
};

const prefixesOf = async (seconds: number, progress: Progress) => {
  progress.begin("prefixes");
  const figures = await measurePrefixes(seconds);
  progress.end(`${wholeFigure(prefixCount)} of them`);
  return figures;
};

const publicationOf = async (progress: Progress) => {
  progress.begin("publication of a rate deck");
  const figures = await measurePublication(publications, (share) => progress.show(share, ""));
  progress.end(`${figures.publishing.length} of them`);
  return figures;
};

const idleOf = async (accounts: number, progress: Progress) => {
  progress.begin("idle accounts");
  const figures = await measureIdleAccounts(accounts);
  progress.end(`${wholeFigure(accounts)} of each kind`);
  return figures;
};

const layoutsOf = async (accounts: number, operations: number, progress: Progress) => {
  progress.begin("account value layouts");
  let begun = 0;
  const onBegin = (name: string) => {
    progress.show(begun / layouts.length, name);
    begun += 1;
  };
  const measured = await measureLayouts({ accounts, operations, onBegin });
  progress.end(`${measured.length} candidates, equal balances`);
  return measured;
};

const main = async (): Promise<number> => {
  const read = readFlags(process.argv.slice(2), flags, title);
  if (!read.isOk) {
    const { text, isHelp } = read.error;
    (isHelp ? process.stdout : process.stderr).write(`${text}\n`);
    return isHelp ? 0 : 2;
  }
  const { number, text } = read.value;
  const progress = openProgress();
  const isWanted = (part: string) => (text("only") ?? part) === part;
  const code = isWanted("code") ? await codeOf(number("seconds"), progress) : [];
  const features = isWanted("features") ? await featuresOf(number("turns"), progress) : [];
  const prefixes = isWanted("prefixes") ? await prefixesOf(number("seconds"), progress) : undefined;
  const publication = isWanted("publication") ? await publicationOf(progress) : undefined;
  const idle = isWanted("idle") ? await idleOf(number("accounts"), progress) : [];
  const measured = isWanted("layouts")
    ? await layoutsOf(number("accounts"), number("operations"), progress)
    : [];
  const { version } = await findRedisServer();
  const machine = describeMachine({ redisVersion: version, measuredAt: new Date() });
  const codeRows = code.map(({ name, nanoseconds }) => [name, wholeFigure(nanoseconds)]);
  const layoutRows = measured.map(({ name, redisCpuUsPerOp, bytesPerAccount }) => [
    name,
    preciseFigure(redisCpuUsPerOp),
    wholeFigure(bytesPerAccount),
  ]);
  const tables = [
    ...(code.length > 0 ? [renderTable([["code, 64 messages at a time", "ns"], ...codeRows])] : []),
    ...(features.length > 0 ? [featureTable(features)] : []),
    ...(prefixes === undefined ? [] : [prefixTable(prefixes)]),
    ...(publication === undefined ? [] : [publicationTable(publication)]),
    ...(idle.length > 0 ? [idleTable(idle)] : []),
    ...(measured.length > 0
      ? [renderTable([["account value layout", "Redis µs", "octets"], ...layoutRows])]
      : []),
  ];
  process.stdout.write(`\n${[machineLines(machine).join("\n"), ...tables].join("\n\n")}\n`);
  const file = text("json");
  if (file !== undefined) {
    const rest = { idle, layouts: measured };
    await writeJson(file, { machine, code, features, prefixes, publication, ...rest });
  }
  return 0;
};

process.exitCode = await main().catch((error: Error) => {
  process.stderr.write(`bench:micro: ${error.message}\n`);
  return 1;
});
