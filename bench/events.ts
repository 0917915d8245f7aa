// `npm run bench:events`: how fast events are written into the outbox, spread to subscriptions and
// delivered, and what that costs. On a Postgres of its own that writes to its disk as in
// production, and to a subscriber in a process of its own.

import { openDatabase } from "../bss/db/connection.ts";
import { migrateDatabase } from "../bss/db/migrate.ts";
import { makeSecret } from "../bss/events/signatures.ts";
import { testCipher } from "../scripts/testing/event-settings.ts";
import { startPostgres } from "../scripts/testing/postgres-server.ts";
import { openSql } from "../scripts/testing/sql.ts";
import {
  type EventsPlace,
  measureDelivering,
  measureSpreading,
  measureWriting,
  type Step,
} from "./events/measure-events.ts";
import { startReceiver } from "./events/start-receiver.ts";
import { type Flag, readFlags, whole } from "./flags.ts";
import { preciseFigure, renderTable, wholeFigure } from "./report/table.ts";
import { writeJson } from "./report/write-json.ts";

const flags: readonly Flag[] = [
  {
    name: "events",
    hint: "N",
    meaning: "written one by one, each in a transaction",
    range: whole(100, 10_000_000),
    fallback: 10_000,
  },
  { name: "json", hint: "FILE", meaning: "writes the figures there as well" },
];
const title = "npm run bench:events [-- flags]   the outbox, spreading, delivery";

const subscribe = async (url: string, callback: string): Promise<void> => {
  const sql = openSql(url, 1);
  const secret = testCipher.seal(makeSecret(), "webhook-secret");
  await sql`INSERT INTO event_subscriptions (id, kind, callback, description, domains, query, owner,
      state, secret, concurrency, created_at, updated_at, failures, paused_until)
    VALUES (gen_random_uuid(), 'webhook', ${callback}, '', '{productCatalogManagement}', '',
      'user:bench', 'active', ${secret}, 8, 0, 0, 0, 0)`;
  await sql.end();
};

const measure = async (events: number) => {
  const postgres = await startPostgres({ isSynced: true });
  await migrateDatabase(postgres.url);
  const options = { url: postgres.url, name: "tollgate bench", onError: () => undefined };
  const database = openDatabase(options);
  const receiver = await startReceiver();
  const place: EventsPlace = { postgres, database, receiver };
  try {
    const told = await measureWriting(place, events, true);
    const spreadToNobody = await measureSpreading(place, events);
    const written = await measureWriting(place, events, false);
    await subscribe(postgres.url, receiver.url);
    const spread = await measureSpreading(place, events);
    const delivered = await measureDelivering(place, events);
    return { told, written, spreadToNobody, spread, delivered };
  } finally {
    receiver.stop();
    await database.close();
    await postgres.stop();
  }
};

const rowOf = (name: string, { events, ownUs, postgresUs, seconds }: Step): readonly string[] => [
  name,
  wholeFigure(events / seconds),
  preciseFigure(ownUs / events),
  preciseFigure(postgresUs / events),
];

const main = async (words: readonly string[]): Promise<number> => {
  const read = readFlags(words, flags, title);
  if (!read.isOk) {
    (read.error.isHelp ? process.stdout : process.stderr).write(`${read.error.text}\n`);
    return read.error.isHelp ? 0 : 2;
  }
  const figures = await measure(read.value.number("events"));
  const table = renderTable([
    ["", "events a second", "CPU of this process, µs", "CPU of Postgres, µs"],
    rowOf("written, 8 at once", figures.written),
    rowOf("written with NOTIFY in each", figures.told),
    rowOf("spread, no subscription", figures.spreadToNobody),
    rowOf("spread to one subscription", figures.spread),
    rowOf("delivered, signed, 8 at once", figures.delivered),
  ]);
  process.stdout.write(`${table}\n`);
  const file = read.value.text("json");
  if (file !== undefined) await writeJson(file, figures);
  return 0;
};

process.exit(await main(process.argv.slice(2)));
