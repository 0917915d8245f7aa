// The proof sees what is broken in a real world: a check that cannot fail would prove nothing.

import { expect, onTestFinished, test } from "vitest";
import { openSql } from "../../testing/sql.ts";
import { startLoad } from "../load/load.ts";
import { groups } from "../load/operator.ts";
import { makeRunFolder } from "../world/run-folder.ts";
import { startWorld } from "../world/world.ts";
import type { Finding } from "./judge.ts";
import { openProof, timeUntil } from "./proof.ts";

const startTrial = async () => {
  const folder = await makeRunFolder();
  onTestFinished(() => folder.close());
  const world = await startWorld(folder, "always");
  onTestFinished(() => world.stop());
  const load = await startLoad(world, { seed: 1, accounts: 10 });
  const proof = await openProof(world, load);
  onTestFinished(async () => {
    await load.close();
    await proof.close();
  });
  const enough = async () => load.asking.acknowledged() > 200;
  expect(await timeUntil(enough, 30_000)).toEqual(expect.any(Number));
  const rest = async () => {
    expect(await load.rest(30_000)).toBe(true);
    const isThere = async () => (await proof.lag()) === 0;
    expect(await timeUntil(isThere, 30_000)).toEqual(expect.any(Number));
  };
  await rest();
  expect(await proof.prove()).toEqual([]);
  return { world, load, proof, rest };
};

const told = (findings: readonly Finding[]) =>
  findings.map(({ kind, subject }) => `${kind} ${subject}`).toSorted();

test("a sound world, then one with a record less, one more, other money, and a hold", async () => {
  const { world, load, proof, rest } = await startTrial();
  const sql = openSql(world.databaseUrl, 1);
  onTestFinished(() => sql.end());
  const { books } = load.asking;
  expect(books.acknowledged.size).toBe(load.asking.acknowledged());

  // Acknowledged, as far as the load knows, and never carried out; and carried out twice.
  const never = { verb: "event", accountId: "a1", operationId: "never", sequence: 0 } as const;
  books.acknowledge(never, [], Date.now());
  const [event] = await sql`
    INSERT INTO ledger_records SELECT shard, entry + 1000000, place, account_id, verb, at,
      event_timestamp, operation_id, sequence, tariff_version, code, cost, overrun
    FROM ledger_records WHERE verb = 4 AND account_id = 'a2' AND code = 2001 LIMIT 1
    RETURNING operation_id`;
  // A hold that nobody abandoned in the books.
  const held = await load.network.initiate({
    ...{ sessionId: "forgotten", sequence: 0, subscriberIdentifier: "msisdn-a3" },
    ...{ eventTimestamp: Date.now(), serviceInformation: null },
    multipleUnitUsage: [{ ratingGroup: groups.web, requestedUnit: 0, usedUnit: null }],
  });
  expect(held.isOk).toBe(true);
  // Money that no answer told of.
  books.acknowledge(never, [{ accountId: "a4", micros: 1 }], Date.now());
  // The ledger has one unit more of a bucket than the journal.
  await sql`
    UPDATE ledger_postings SET credited = credited + 1, remaining_change = remaining_change + 1
    WHERE (entry, place) = (
      SELECT entry, place FROM ledger_postings WHERE account_id = 'a5' AND credited > 0 LIMIT 1)`;
  await rest();
  expect(told(await proof.prove())).toEqual([
    "drift a5",
    `duplicated event a2 ${event!["operation_id"]} 0`,
    "held account a3",
    "lost event a1 never 0",
    "money account a4",
    "unasked initiate a3 forgotten 0",
  ]);
}, 90_000);
