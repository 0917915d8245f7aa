// `npm run explain` from the outside: its exit codes, and what a care agent reads.

import { afterEach, expect, test } from "vitest";
import { keys } from "../../engine/store/keys.ts";
import {
  businessClient,
  createCleanUp,
  networkClient,
  startEngineHere,
} from "../testing/engine.ts";
import { freePorts } from "../testing/free-ports.ts";
import { emptyRedisOfFile } from "../testing/redis-of-file.ts";
import { runCommand } from "../testing/run-command.ts";
import {
  accountOf,
  answered,
  cent,
  eventOf,
  message,
  openAccount,
  sessionMessage,
  tariffDocument,
  unpriced,
  usageOf,
  voice,
  web,
} from "../testing/subscribers.ts";

const redis = emptyRedisOfFile();
const cleanUp = createCleanUp();
afterEach(cleanUp.run);

const explain = (...words: string[]) => explainAt(redis.url, ...words);
const explainAt = (url: string, ...words: string[]) =>
  runCommand("scripts/explain/main.ts", words, { PATH: process.env["PATH"], REDIS_URL: url });

/** An event and a call of two messages. */
const chargeALittle = async () => {
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const business = cleanUp.add(businessClient([engine]));
  const network = cleanUp.add(networkClient([engine]));
  answered(await business.publishTariff({ document: tariffDocument() }));
  await openAccount(business, accountOf("anna"), { main: 100 * cent });
  answered(await network.event(eventOf("anna", "sms-1", { ratingGroup: message, usedUnit: 2 })));
  const call = (sequence: number, used: number | null) =>
    sessionMessage("anna", "call-1", sequence, usageOf(voice, 0, used ?? undefined));
  answered(await network.initiate(call(0, null)));
  answered(await network.update(call(1, 61)));
};

const idsIn = (text: string) =>
  text.split("\n").flatMap((line) => /^\d+-\d+\/\d+/.exec(line) ?? []);

test("lists an account's operations, then explains one by its id", {
  timeout: 60_000,
}, async () => {
  await chargeALittle();
  const all = await explain("--account", "anna");
  expect(all.code).toBe(0);
  expect(all.stdout).toMatch(/profile 1 +put\n/);
  expect(all.stdout).toMatch(/event sms-1 +0\.\d+\n/);
  const ofCall = await explain("--account", "anna", "--session", "call-1", "--last", "1");
  expect(idsIn(ofCall.stdout)).toHaveLength(1);
  expect(ofCall.stdout).toMatch(/update 1 of session call-1 +0\.\d+\n/);

  const [id] = idsIn(ofCall.stdout);
  const one = await explain(id!);
  expect(one.code).toBe(0);
  expect(one.stdout).toMatch(/^0\.\d+ EUR: update 1 of session call-1\n/);
  expect(one.stdout).toContain("rating group 100: 61 s used");
  const data = await explain(id!, "--json");
  const { costMicros, problems, uses } = JSON.parse(data.stdout);
  expect([typeof costMicros, problems, uses.length]).toEqual(["number", [], 1]);
});

test("tells a refused grant from a free one, and a transfer's begin from its end", {
  timeout: 60_000,
}, async () => {
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const business = cleanUp.add(businessClient([engine]));
  const network = cleanUp.add(networkClient([engine]));
  answered(await business.publishTariff({ document: tariffDocument() }));
  await openAccount(business, accountOf("poor"), { main: 1 });
  await openAccount(business, accountOf("bruno"), { main: 1 });
  answered(await network.initiate(sessionMessage("poor", "call", 0, usageOf(voice, 0))));
  const ends = { fromAccountId: "bruno", fromBucketId: "main", toAccountId: "poor" };
  const moved = { requestId: "gift", toBucketId: "main", amount: 1, fee: 0, kind: "gift" } as const;
  answered(await business.transfer({ ...ends, ...moved }));
  const { stdout } = await explain("--account", "poor");
  expect(stdout).toMatch(/^operation +when, UTC +what +charged +result\n/);
  expect(stdout).toMatch(/initiate 0 of session call +0\.00 +CREDIT_LIMIT_REACHED for 100\n/);
  const giver = await explain("--account", "bruno");
  expect(giver.stdout).toMatch(/transferOut gift begins +done\n/);
  const steps = [
    [
      "bruno",
      "transferOut gift begins",
      "gift of 0.000001 EUR from main to bucket main of account poor",
    ],
    [
      "poor",
      "transferIn",
      "gift of 0.000001 EUR from bucket main of account bruno to main, there gift",
    ],
    [
      "bruno",
      "transferOut gift arrived",
      "0.000001 EUR of main have arrived; the transfer is over",
    ],
  ] as const;
  for (const [account, what, text] of steps) {
    const list = await explain("--account", account);
    const line = list.stdout.split("\n").find((one) => one.includes(what));
    const { code, stdout: said } = await explain(...idsIn(line ?? ""), "--account", account);
    expect([code, said]).toEqual([0, expect.stringContaining(`  movement  ${text}\n`)]);
  }
});

test("tells what a use would be granted now, and why not", { timeout: 60_000 }, async () => {
  await chargeALittle();
  const words = ["--account", "anna", "--group", `${web}`];
  const held = await readHoldings();
  const asked = await explain(
    ...words,
    "--units",
    "1048576",
    "--as",
    "msisdn-anna",
    "--to",
    "+4930",
  );
  expect([asked.code, asked.stderr]).toEqual([0, ""]);
  const [headline, ...lines] = asked.stdout.split("\n");
  expect(headline).toMatch(/asked what a session would be granted now; nothing is charged$/);
  const text = lines.join("\n");
  expect(text).toContain("account anna, named as msisdn-anna");
  expect(text).toContain("called    +4930");
  expect(text).toContain("grant     1 MiB");
  const refused = await explain("--account", "anna", "--group", `${unpriced}`);
  expect(refused.stdout).toContain("RATING_FAILED");
  const data = await explain(...words, "--json");
  expect(JSON.parse(data.stdout)).toMatchObject({ what: "question", accountId: "anna" });
  expect(await readHoldings(), "nothing is held").toEqual(held);
});

const readHoldings = () => redis.client.getBuffer(keys.account(0, "anna"));

test("exits 1 and says first what does not follow", { timeout: 30_000 }, async () => {
  await chargeALittle();
  const [entry] = await redis.client.xrevrangeBuffer(keys.journal(0), "+", "-", "COUNT", 1);
  const fields = entry![1];
  const batch = fields[1]!;
  // The lowest octet of what was used, in the batch's last operation.
  batch[batch.length - 33]! ^= 1;
  const forged = await redis.client.xadd(keys.journal(0), "*", ...fields);
  const { code, stdout } = await explain(forged!);
  expect([code, stdout.split("\n")[0]]).toEqual([1, expect.stringMatching(/^DOES NOT FOLLOW: /)]);
});

test("exits 2 with one line where it cannot be done", { timeout: 60_000 }, async () => {
  await chargeALittle();
  for (const [words, reason] of [
    [["1-0"], "the journal has no entry 1-0"],
    [["1-0/2", "--account", "anna"], "the journal has no entry 1-0 on the shard of account anna"],
    [["x"], "x: expected a journal id, as 1798675200000-0/3"],
    [[], "a journal id, or --account to list what there is"],
    [["--account", "nobody"], "the journal has nothing of account nobody"],
    [
      ["--account", "4915100000000"],
      "the journal has nothing of account 4915100000000; " +
        "which account a number is on: npm run balance -- 4915100000000",
    ],
    [
      ["--account", "anna", "--json"],
      "--json: of one operation, by its journal id, or of a use, by --group",
    ],
    [["1-0", "--group", "100"], "a journal id or a use, not both"],
    [["--account", "anna", "--units", "7"], "--group: the rating group, a number"],
    [
      ["--account", "anna", "--group", "1", "--units", "x"],
      "--units: how many, 0: the engine chooses",
    ],
    [["--account", "anna", "--group", "1", "--last", "7"], "--last: not of a use that might be"],
    [["--account", "nobody", "--group", "100"], "there is no account nobody"],
    [["--account", "anna", "--group", "4294967296"], "--group: expected uint32, got 4294967296"],
    [
      ["--account", "anna", "--group", "1", "--to", "x y"],
      '--to: expected identifier (1 to 128 of ASCII 0x21 to 0x7e), got string "x y"',
    ],
    [
      ["--account", "a b", "--group", "1"],
      '--account: expected identifier (1 to 128 of ASCII 0x21 to 0x7e), got string "a b"',
    ],
    [["--last", "many", "--account", "anna"], "--last: a number up to 10000"],
    [["--colour"], "Unknown option '--colour'"],
  ] as const) {
    const { code, stderr } = await explain(...words);
    expect([code, stderr.trim().split("\n").at(-1)]).toEqual([2, `explain: ${reason}`]);
  }
  const [port] = await freePorts(1);
  const nobody = await explainAt(`redis://user:secret@127.0.0.1:${port}`, "1-0");
  expect(nobody.code).toBe(2);
  const where = `127.0.0.1:${port}`;
  expect(nobody.stderr).toBe(`explain: no Redis at ${where}; start Tollgate: npm start\n`);
});
