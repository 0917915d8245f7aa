// `npm run tariff` as a process: help, exit codes, problems with their places, what a file cannot
// do to the terminal, and a document published to a real engine.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../engine/limits.ts";
import { tokenFiles } from "../supervisor/access-tokens.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { businessToken, cleanUpOfTest, startEngineHere } from "../testing/engine.ts";
import { startRedis } from "../testing/redis-server.ts";
import { runCommand } from "../testing/run-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = path.join(root, "engine", "rating", "example-tariff.json");
const sound = path.join(root, "scripts", "tariff", "readme-tariff.json");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-tariff-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCommand("scripts/tariff/main.ts", words, { ...process.env, ...env });

const fileOf = (name: string, content: string | Uint8Array): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

test("tells how it is used: where that is asked for, and where it is not understood", async () => {
  const asked = await run(["price", "--help"]);
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(asked.stdout).toMatch(/^npm run tariff -- check FILE\.json/);
  const unsaid = { code: 2, stdout: "", stderr: asked.stdout };
  expect(await run([])).toEqual(unsaid);
  const stderr = `tariff: no command "constructor"\n${asked.stdout}`;
  expect(await run(["constructor"])).toEqual({ ...unsaid, stderr });
  for (const words of [["check"], ["check", "--colour"], ["price", sound], ["publish"]]) {
    expect(await run(words)).toMatchObject({ code: 2, stdout: "" });
  }
});

test("checks each document, and exits 1 when one of them has a problem", async () => {
  const broken = JSON.parse(readFileSync(example, "utf8"));
  broken.currency = "EUX";
  broken.ratingGroups[1].prices[1].blockUnits = 0;
  const bad = fileOf("bad.json", JSON.stringify(broken));
  expect(await run(["check", sound])).toMatchObject({ code: 0, stderr: "" });
  const { code, stdout } = await run(["check", bad, sound, path.join(folder, "none.json")]);
  expect(code).toBe(1);
  expect(stdout).toContain(`${bad}: 2 problems
  currency: expected an ISO 4217 code, got "EUX"
  ratingGroups[1].prices[1].blockUnits: expected a whole number from 1 to 1125899906842624, got 0
`);
  expect(stdout).toContain(`${sound}: sound\n`);
  expect(stdout).toContain("none.json: 1 problem\n  cannot be read: ENOENT\n");
});

test("asks a rate deck for its zones, and says where none was given", async () => {
  const row = (zoneId: string) => `{"deckId":"world","rows":1}\n["1","${zoneId}"]\n`;
  const document = JSON.parse(readFileSync(sound, "utf8"));
  document.rateDeck = "world";
  document.ratingGroups[0].prices[1].when.zones = ["america"];
  const file = fileOf("deck-tariff.json", JSON.stringify(document));
  const right = ["--deck", fileOf("right.jsonl", row("america"))];
  const wrong = ["--deck", fileOf("wrong.jsonl", row("asia"))];
  const unseen = await run(["check", file]);
  expect([unseen.code, unseen.stdout]).toEqual([0, expect.stringMatching(/not checked/)]);
  const seen = await run(["check", file, ...right]);
  expect([seen.code, seen.stdout]).toEqual([0, expect.not.stringMatching(/not checked/)]);
  const problem = 'ratingGroups[0].prices[1].when.zones[0]: unknown zone "america"';
  expect((await run(["check", file, ...wrong])).stdout).toContain(problem);
  const use = ["price", file, "--group", "100", "--units", "1", "--to", "+1555"];
  expect((await run([...use, ...right])).stdout).toMatch(/^0\.09 EUR\n.*price at-home/);
  expect((await run(use)).stdout).toMatch(/^0\.29 EUR\n.*\n\n.*rate deck world not given \(/);
});

test.each<[string, string | Uint8Array, RegExp]>([
  ["broken JSON", '{\n  "currency": "EUR",,\n}', /not JSON from line 2, column 21 on/],
  ["half a document", '{\n  "currency": "EUR"', /not JSON from line 2, column 20 on/],
  ["no text", new Uint8Array([0xff, 0xfe, 0x7b]), /not UTF-8/],
  ["too much", " ".repeat(4 * limits.tariffDocumentLengthMax + 1), /larger than 2097152 octets/],
  ["what steers a terminal", '{"\\u001b[2J\u202e\u009b": 1}', /"\\u001b\[2J\\u202e\\u009b": unk/],
])("says why a file with %s is no document, in plain text", async (title, content, reason) => {
  const { code, stdout } = await run(["check", fileOf(`${title}.json`, content)]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(reason)]);
  expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("names the file, and the word that it does not understand", async () => {
  const broken = fileOf("comma.json", '{"freeNumbers": ["112",\n]}');
  const place = 'not JSON from line 2, column 1 on: expected value, got "]"';
  const use = ["--group", "1", "--units", "1"];
  for (const words of [
    ["publish", broken],
    ["price", broken, ...use],
  ]) {
    const { code, stderr } = await run(words);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`tariff: ${broken}: ${place}`)]);
  }
  const none = await run(["publish", folder]);
  expect(none.stderr).toBe(`tariff: ${folder}: cannot be read: EISDIR\n`);
  const price = ["price", sound, "--group", "1"];
  for (const [words, reason] of [
    [["publish", sound, "--bogus"], "Unknown option '--bogus'"],
    [["publish", sound, sound], "publish: one document at a time"],
    [["schema", "x"], 'schema: "x" is one word too many'],
    [
      [...price, "--units", "-1"],
      '--units: what begins with "-" is another flag; as its value: --units=…',
    ],
    [[...price, "--units=-1"], "--units: how many, from 1 to 4503599627370496"],
  ] as const) {
    expect(await run(words)).toEqual({ code: 2, stdout: "", stderr: `tariff: ${reason}\n` });
  }
});

test("prints the published schema as it stands", async () => {
  const schema = readFileSync(path.join(root, "engine", "rating", "tariff.schema.json"), "utf8");
  expect(await run(["schema"])).toEqual({ code: 0, stdout: schema, stderr: "" });
});

const data10 = {
  ...{ ratingGroup: 10, unit: "octets", blockUnits: 1_048_576, blockPrice: "0.01" },
  ...{ quotaUnits: 10_485_760, validityTimeSeconds: 3_600 },
};

test("publishes to the running engine, once, and tells of what is refused", async () => {
  const cleanUp = cleanUpOfTest();
  const redis = cleanUp.add(await startRedis());
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url }));
  const data = dataFolderPaths(path.join(folder, "data"));
  const env = {
    ...{ TOLLGATE_DATA: data.folder, ENGINE_PORT: String(engine.port), REDIS_URL: redis.url },
  };
  const without = await run(["publish", sound], env);
  expect([without.code, without.stderr]).toEqual([1, expect.stringMatching(/no access token in/)]);
  mkdirSync(data.tokens, { recursive: true });
  writeFileSync(tokenFiles(data).business, businessToken);
  expect(await run(["publish", sound], env)).toEqual({
    code: 0,
    stdout:
      "talk-2027: published, version 1\n" +
      "  from friday 2027-01-01 00:00, in effect until another one takes over\n",
    stderr: "",
  });
  expect((await run(["publish", sound], env)).stdout).toBe(
    "talk-2027: published already, and unchanged, version 1\n",
  );
  const document = { ...JSON.parse(readFileSync(sound, "utf8")), ratingGroups: [data10] };
  const next = fileOf("next.json", JSON.stringify(document));
  const dry = await run(["publish", next, "--dry-run"], env);
  expect(dry.stdout.split("\n").slice(0, 3)).toEqual([
    "talk-2027: sound, not published",
    "  from friday 2027-01-01 00:00, in effect until another one takes over",
    "  takes over from version 1",
  ]);
  expect(dry.stdout).toContain("no longer has rating groups 100: use of them is refused from then");
  expect((await run(["list"], env)).stdout).toMatch(
    /^version +tariff .*\n1 +talk-2027 +EUR +friday 2027-01-01 00:00 +100\n$/,
  );
  const shown = await run(["show", "1"], env);
  expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(readFileSync(sound, "utf8")));
  expect((await run(["show", "2"], env)).stderr).toBe(
    "tariff: no tariff was published as version 2\n",
  );
  const empty = fileOf("empty.json", "{}");
  const bad = await run(["publish", empty], env);
  expect([bad.code, bad.stderr.split("\n")[0]]).toEqual([
    1,
    `tariff: ${empty}: tariffId: expected an identifier, got nothing`,
  ]);
  await engine.stop();
  const away = await run(["publish", sound], env);
  expect([away.code, away.stderr]).toEqual([1, expect.stringMatching(/no engine at ws:/)]);
});
