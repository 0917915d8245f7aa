// `npm run bench:ledger`: how fast the ledger follows a journal that is there already, what that
// costs, and how fast Redis is rebuilt from it: from all of it, and from a snapshot of it.
// Everything on servers of its own; Postgres and Redis write to their disks as in production. Each
// step's outcome is checked before it is told.

import { startPostgres } from "../scripts/testing/postgres-server.ts";
import { findRedisServer } from "../scripts/testing/redis-binary.ts";
import { type Flag, readFlags, whole } from "./flags.ts";
import { fillJournal } from "./ledger/fill-journal.ts";
import { measureFollowing } from "./ledger/measure-following.ts";
import { measureRebuilding } from "./ledger/measure-rebuilding.ts";
import { measureTaking } from "./ledger/measure-taking.ts";
import type { Usage } from "./ledger/usage.ts";
import { describeMachine, machineLines } from "./report/machine.ts";
import { openProgress } from "./report/progress.ts";
import { preciseFigure, renderTable, wholeFigure } from "./report/table.ts";
import { writeJson } from "./report/write-json.ts";
import { startBenchRedis } from "./system/bench-redis.ts";

const flags: readonly Flag[] = [
  {
    name: "accounts",
    hint: "N",
    meaning: "each opened, credited twice, with a session open",
    range: whole(64, 10_000_000),
    fallback: 20_000,
  },
  {
    name: "updates",
    hint: "N",
    meaning: "of each session",
    range: whole(0, 10_000),
    fallback: 20,
  },
  { name: "json", hint: "FILE", meaning: "writes the figures there as well" },
];
const title = "npm run bench:ledger [-- flags]   the ledger's worker, rebuilds, snapshots";

const measure = async (accounts: number, updates: number) => {
  const progress = openProgress();
  const redis = await startBenchRedis("everysec");
  const postgres = await startPostgres({ isSynced: true });
  try {
    const filled = await fillJournal(redis.url, { accounts, updates }, progress);
    const place = { redis, postgres };
    const following = await measureFollowing(place, filled, progress);
    const whole = await measureRebuilding(place, filled, filled.entries, progress);
    const taking = await measureTaking(place, filled, progress);
    const restoring = await measureRebuilding(place, filled, 0, progress);
    return { ...filled, following, whole, taking, restoring };
  } finally {
    await postgres.stop();
    await redis.stop();
  }
};

type Figures = Awaited<ReturnType<typeof measure>>;

const tableOf = ({ records, entries, following, whole, taking, restoring }: Figures): string => {
  const steps = [following, whole, taking, restoring];
  const each = (figureOf: (usage: Usage) => string) => steps.map(figureOf);
  const perRecord = (us: number) => preciseFigure(us / records);
  return renderTable([
    ["", "follow", "rebuild", "snapshot", "rebuild from it"],
    ["records", ...each(() => wholeFigure(records))],
    ["journal entries", ...each(() => wholeFigure(entries))],
    ["seconds", ...each(({ seconds }) => preciseFigure(seconds))],
    ["records a second", ...each(({ seconds }) => wholeFigure(records / seconds))],
    ["CPU of this process, µs a record", ...each(({ ownUs }) => perRecord(ownUs))],
    ["CPU of Redis, µs a record", ...each(({ redisUs }) => perRecord(redisUs))],
    ["CPU of Postgres, µs a record", ...each(({ postgresUs }) => perRecord(postgresUs))],
    ["memory of this process, MiB", ...each(({ ownMiB }) => wholeFigure(ownMiB))],
    ["octets a record in Postgres", wholeFigure(following.octets / records), "", "", ""],
  ]);
};

const main = async (words: readonly string[]): Promise<number> => {
  const read = readFlags(words, flags, title);
  if (!read.isOk) {
    (read.error.isHelp ? process.stdout : process.stderr).write(`${read.error.text}\n`);
    return read.error.isHelp ? 0 : 2;
  }
  const { version: redisVersion } = await findRedisServer();
  const machine = describeMachine({ redisVersion, measuredAt: new Date() });
  const figures = await measure(read.value.number("accounts"), read.value.number("updates"));
  process.stdout.write(`${machineLines(machine).join("\n")}\n`);
  process.stdout.write(`\n${wholeFigure(figures.accounts)} accounts\n\n${tableOf(figures)}\n`);
  const file = read.value.text("json");
  if (file !== undefined) await writeJson(file, { machine, ...figures });
  return 0;
};

process.exit(await main(process.argv.slice(2)));
