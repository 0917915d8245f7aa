// Every rule of tidy is shown a sample that breaks it and one that keeps it: a rule that cannot
// fail would be a comfort, not a check. Then the repository itself must be tidy.

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { inspect, rules } from "./tidy/inspect.ts";
import type { Tree } from "./tidy/rule.ts";
import { readSource, readWorkTree } from "./tidy/work-tree.ts";

type Sample = Readonly<Record<string, string>>;

const opening = "// What this sample is for.\n";
const treeOf = (sample: Sample): Tree =>
  Object.entries(sample).map(([path, text]) =>
    readSource(path, path.endsWith(".ts") && !text.startsWith("//") ? opening + text : text),
  );

/** What is found, as `path:line rule`; a sample without an opening comment gets one on line 1. */
const found = (sample: Sample): string[] =>
  inspect(treeOf(sample)).map(({ path, line, rule }) => `${path}:${line} ${rule}`);

const lines = (count: number): string => `${"// A line of text that says little.\n".repeat(count)}`;
const manyFiles = (count: number, size: number): Sample =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`bench/file-${index}.ts`, lines(size)]),
  );

/** Joined at run time, so that this file does not hold the words it bans. */
const word = (...parts: string[]): string => parts.join("");

/** Names a sample in the title of its test. */
const excerptOf = (sample: Sample): string => {
  const text = Object.entries(sample).at(-1)?.join(" ").replaceAll("\n", " ") ?? "";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

type Case = {
  readonly rule: string;
  readonly breaks: readonly (readonly [sample: Sample, where: string])[];
  readonly keeps: readonly Sample[];
};

const importing = (from: string, to: string, form = `import { x } from "${to}";`): Sample => ({
  [from]: form,
});

/** A folder with a file, a test, a folder with a file, and a map. */
const mapped = (map: string): Sample => ({
  "bench/a.ts": opening,
  "bench/a.test.ts": opening,
  "bench/day/b.ts": opening,
  "bench/README.md": map,
});

const cases: readonly Case[] = [
  {
    rule: "maps",
    breaks: [
      [mapped("# bench\n\n| `a.ts` | one |\n"), "bench/README.md:3"],
      [mapped("| `day/` | one |\n"), "bench/README.md:1"],
      [mapped("| `a.ts` `day/` | two |\n| `gone.ts` | none |\n"), "bench/README.md:2"],
      [mapped("| `a.ts` `c-*.ts` `day/` | two |\n"), "bench/README.md:1"],
    ],
    keeps: [
      mapped("| `a.ts` | one |\n| `day/` | one |\n"),
      mapped("| `*.ts` `day/b.ts` `day/` | the rest |\n"),
      mapped("Without a map; `gone.ts` in a sentence.\n\n| `hex` | `a.ts` |\n"),
    ],
  },
  {
    rule: "layers",
    breaks: [
      [importing("engine/values/units.ts", "../rating/plan.ts"), "engine/values/units.ts:2"],
      [importing("engine/values/units.ts", "../limits.ts"), "engine/values/units.ts:2"],
      [importing("engine/rating/plan.ts", "../protocol/wire.ts"), "engine/rating/plan.ts:2"],
      [importing("engine/protocol/wire.ts", "../store/keys.ts"), "engine/protocol/wire.ts:2"],
      [importing("engine/protocol/wire.ts", "../log.ts"), "engine/protocol/wire.ts:2"],
      [importing("engine/store/keys.ts", "../server/listen.ts"), "engine/store/keys.ts:2"],
      [importing("engine/server/listen.ts", "../main.ts"), "engine/server/listen.ts:2"],
      [importing("engine/server/listen.ts", "../../bss/app.ts"), "engine/server/listen.ts:2"],
      [importing("engine/rating/plan.test.ts", "../../bss/app.ts"), "engine/rating/plan.test.ts:2"],
      [importing("engine/main.ts", "../bench/drive.ts"), "engine/main.ts:2"],
      [importing("engine/main.ts", "../scripts/testing/redis-server.ts"), "engine/main.ts:2"],
      [importing("bss/orders/place.ts", "../../engine/store/keys.ts"), "bss/orders/place.ts:2"],
      [importing("bss/orders/place.ts", "../parties/party.ts"), "bss/orders/place.ts:2"],
      [importing("bss/db/columns.ts", "../orders/index.ts"), "bss/db/columns.ts:2"],
      [importing("bss/orders/schema.ts", "../parties/index.ts"), "bss/orders/schema.ts:2"],
      [
        importing("engine/rating/plan.ts", "", 'export type { X } from "../store/keys.ts";'),
        "engine/rating/plan.ts:2",
      ],
      [
        importing("engine/store/keys.ts", "", 'const x = await import("../server/listen.ts");'),
        "engine/store/keys.ts:2",
      ],
    ],
    keeps: [
      importing("engine/rating/plan.ts", "../limits.ts"),
      importing("engine/rating/plan.ts", "../balance/bucket.ts"),
      importing("engine/limits.ts", "./values/assert.ts"),
      importing("engine/store/keys.ts", "../log.ts"),
      importing("engine/gateways/diameter/ro.ts", "../../server/dispatch.ts"),
      importing("engine/main.ts", "./server/listen.ts"),
      importing("engine/store/keys.live.test.ts", "../../scripts/testing/redis-server.ts"),
      importing("bss/orders/place.ts", "../parties/index.ts"),
      importing("bss/orders/place.ts", "../../engine/values/units.ts"),
      importing("bss/orders/schema.ts", "../parties/schema.ts"),
      importing("bss/app.ts", "./orders/routes.ts"),
      importing("scripts/seed.ts", "../engine/store/keys.ts"),
      importing("bench/drive.ts", "../engine/main.ts"),
    ],
  },
  {
    rule: "rooms",
    breaks: [[{ "engine/billing/bill.ts": "" }, "engine/billing/bill.ts:1"]],
    keeps: [{ "engine/rating/plan.ts": "", "engine/README.md": "", "engine/boot.test.ts": "" }],
  },
  {
    rule: "purity",
    breaks: [
      [importing("engine/rating/plan.ts", "node:fs"), "engine/rating/plan.ts:2"],
      [importing("engine/values/units.ts", "big.js"), "engine/values/units.ts:2"],
      [{ "engine/session/open.ts": "\nconst now = Date.now();" }, "engine/session/open.ts:3"],
      [{ "engine/session/open.ts": "const now = new Date();" }, "engine/session/open.ts:2"],
      [{ "engine/balance/burn.ts": "const n = Math.random();" }, "engine/balance/burn.ts:2"],
      [{ "engine/cdr/close.ts": "const home = process.env;" }, "engine/cdr/close.ts:2"],
      [{ "engine/cdr/close.ts": "setTimeout(close, 10);" }, "engine/cdr/close.ts:2"],
      [{ "engine/cdr/close.ts": "console.info(1);" }, "engine/cdr/close.ts:2"],
      [{ "engine/limits.ts": "const n = performance.now();" }, "engine/limits.ts:2"],
      [{ "engine/limits.ts": "const n = await import(name);" }, "engine/limits.ts:2"],
      [{ "engine/limits.ts": "globalThis.x = 1;" }, "engine/limits.ts:2"],
      [{ "engine/limits.ts": 'const fs = require("fs");' }, "engine/limits.ts:2"],
    ],
    keeps: [
      { "engine/rating/plan.ts": "// Date.now() and process.env are not for this room.\n" },
      { "engine/rating/plan.ts": 'const name = "Date.now()";' },
      { "engine/rating/plan.ts": "const day = expiryDate(order.process);" },
      { "engine/server/listen.ts": "const now = Date.now();" },
      { "engine/rating/plan.test.ts": 'import { test } from "vitest";' },
    ],
  },
  {
    rule: "packages",
    breaks: [
      [importing("engine/server/expiry.ts", "ioredis"), "engine/server/expiry.ts:2"],
      [importing("engine/store/keys.ts", "ws"), "engine/store/keys.ts:2"],
      [importing("engine/protocol/wire.ts", "ws"), "engine/protocol/wire.ts:2"],
      [importing("engine/store/keys.ts", "uWebSockets.js"), "engine/store/keys.ts:2"],
      [importing("engine/store/keys.ts", "pino"), "engine/store/keys.ts:2"],
      [importing("engine/store/keys.ts", "prom-client"), "engine/store/keys.ts:2"],
      [importing("engine/store/keys.ts", "drizzle-orm/pg-core"), "engine/store/keys.ts:2"],
    ],
    keeps: [
      importing("engine/store/keys.ts", "ioredis"),
      importing("engine/protocol/client/connect.ts", "ws"),
      importing("engine/server/listen.live.test.ts", "ws"),
      importing("engine/log.ts", "pino"),
      importing("bench/replay.ts", "ioredis"),
    ],
  },
  {
    rule: "one-edge",
    breaks: [
      [
        {
          "engine/server/listen.ts": 'import uws from "uWebSockets.js";',
          "engine/server/upgrade.ts": 'import type { App } from "uWebSockets.js";',
        },
        "engine/server/upgrade.ts:2",
      ],
    ],
    keeps: [importing("engine/server/listen.ts", "uWebSockets.js")],
  },
  {
    rule: "cycles",
    breaks: [
      [
        {
          "engine/rating/a.ts": 'import { b } from "./b.ts";',
          "engine/rating/b.ts": 'import { c } from "./c.ts";',
          "engine/rating/c.ts": '\nimport type { A } from "./a.ts";',
        },
        "engine/rating/c.ts:3",
      ],
      [importing("bench/a.ts", "./a.ts"), "bench/a.ts:2"],
    ],
    keeps: [
      {
        "engine/rating/a.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";',
        "engine/rating/b.ts": 'import { c } from "./c.ts";',
        "engine/rating/c.ts": "",
      },
    ],
  },
  {
    rule: "drawers",
    breaks: [
      [{ "bench/utils/clock.ts": "" }, "bench/utils/clock.ts:1"],
      [{ "engine/store/types.ts": "" }, "engine/store/types.ts:1"],
      [{ "engine/store/helpers.test.ts": "" }, "engine/store/helpers.test.ts:1"],
      [{ "engine/store/lib/key.ts": "" }, "engine/store/lib/key.ts:1"],
      [{ "bench/common/a.md": "" }, "bench/common/a.md:1"],
    ],
    keeps: [{ "engine/lua/lib/bucket.lua": "-- Reads and writes one bucket.\n" }],
  },
  {
    rule: "kebab-case",
    breaks: [
      [{ "bench/loadDriver.ts": "" }, "bench/loadDriver.ts:1"],
      [{ "bench/load_driver/drive.ts": "" }, "bench/load_driver/drive.ts:1"],
    ],
    keeps: [{ "bench/load-driver/drive.live.test.ts": "", "bench/README.md": "" }],
  },
  {
    rule: "top-level",
    breaks: [
      [{ Makefile: "" }, "Makefile:1"],
      [{ "src/main.ts": "" }, "src/main.ts:1"],
      [{ "notes.md": "" }, "notes.md:1"],
    ],
    keeps: [{ LICENSE: "", ".ci/steps.json": "", "tsconfig.build.json": "", "README.md": "" }],
  },
  {
    rule: "file-size",
    breaks: [
      [{ "bench/drive.ts": lines(401) }, "bench/drive.ts:401"],
      [{ "bench/drive.test.ts": lines(801) }, "bench/drive.test.ts:801"],
      [
        { "engine/lua/apply.lua": "-- Keys, arguments, reply: none.\n".repeat(81) },
        "engine/lua/apply.lua:81",
      ],
    ],
    keeps: [
      { "bench/drive.ts": lines(400) },
      { "bench/drive.test.ts": lines(800) },
      { "bss/catalogue/shapes.generated.ts": lines(401) },
      { "engine/lua/apply.lua": "-- Keys, arguments, reply: none.\n".repeat(80) },
      { "engine/lua/lib/bucket.lua": "-- Reads and writes one bucket.\n".repeat(81) },
    ],
  },
  {
    rule: "columns",
    breaks: [[{ "bench/drive.ts": `const x = "${"x".repeat(89)}";` }, "bench/drive.ts:2"]],
    keeps: [
      { "bench/drive.ts": `const x = "${"x".repeat(87)}";` },
      { "bench/drive.ts": `const x = "${"é".repeat(87)}";` },
      { "bench/README.md": "x".repeat(120) },
    ],
  },
  {
    rule: "median-size",
    breaks: [
      [manyFiles(10, 91), ".:1"],
      [{ ...manyFiles(8, 20), "bench/a.ts": lines(250), "bench/b.ts": lines(251) }, ".:1"],
    ],
    keeps: [manyFiles(10, 90), manyFiles(9, 91)],
  },
  {
    rule: "opening",
    breaks: [
      [{ "bench/drive.mjs": "export const x = 1;\n" }, "bench/drive.mjs:1"],
      [{ "bench/drive.mjs": "// Drive.\nexport const x = 1;\n" }, "bench/drive.mjs:1"],
      [{ "engine/lua/lib/bucket.lua": "local x = 1\n" }, "engine/lua/lib/bucket.lua:1"],
      [{ ".ci/run": "#!/usr/bin/env bash\nset -e\n" }, ".ci/run:1"],
      [{ "docker-compose.yml": "services:\n" }, "docker-compose.yml:1"],
    ],
    keeps: [
      { "bench/drive.mjs": "/**\n * Drives load at a system.\n */\nexport const x = 1;\n" },
      { ".ci/run": "#!/usr/bin/env bash\n# Checks a clean clone.\nset -e\n" },
      { "biome.json": "{}\n" },
    ],
  },
  {
    rule: "lua-contract",
    breaks: [
      [
        { "engine/lua/apply.lua": "-- Applies things.\n-- KEYS: 1. Reply: 1.\n" },
        "engine/lua/apply.lua:1",
      ],
    ],
    keeps: [{ "engine/lua/apply.lua": "-- Applies things.\n-- KEYS: 1. ARGV: 1. Reply: 1.\n" }],
  },
  {
    rule: "switch-default",
    breaks: [
      [
        {
          "engine/session/step.ts":
            "switch (f({ a: 1 })) {\n  case 1:\n    g({ default: 1 });\n  default:\n    stop();\n}",
        },
        "engine/session/step.ts:5",
      ],
    ],
    keeps: [
      { "engine/session/step.ts": "switch (a) {\n  case 1: {\n    g({ default: 1 });\n  }\n}" },
      { "scripts/ports.ts": "switch (code) {\n  default:\n}" },
    ],
  },
  {
    rule: "left-over",
    breaks: [
      [{ "bench/a.ts": `\n// ${word("TO", "DO")}: later` }, "bench/a.ts:3"],
      [{ "bench/README.md": word("FIX", "ME") }, "bench/README.md:1"],
      [{ "bench/a.ts": `const x = "${word("HA", "CK")}";` }, "bench/a.ts:2"],
    ],
    keeps: [{ "bench/a.ts": `const ${word("TO", "DO")}S = 1;` }],
  },
  {
    rule: "skipped-test",
    breaks: [
      [{ "bench/a.test.ts": `test.${word("on", "ly")}("x", f);` }, "bench/a.test.ts:2"],
      [
        { "bench/a.test.ts": `describe.${word("sk", "ip")}.each([])("x", f);` },
        "bench/a.test.ts:2",
      ],
      [{ "bench/a.test.ts": `it.${word("to", "do")}("x");` }, "bench/a.test.ts:2"],
    ],
    keeps: [{ "engine/protocol/reader.ts": `reader.${word("sk", "ip")}(4);` }],
  },
  {
    rule: "type-silencer",
    breaks: [
      [{ "bench/a.ts": `// @ts-${word("ign", "ore")}\nx();` }, "bench/a.ts:1"],
      [{ "bench/a.ts": `\n// @ts-${word("no", "check")}` }, "bench/a.ts:3"],
    ],
    keeps: [{ "bench/a.mjs": "// @ts-check makes the compiler read this.\n" }],
  },
  {
    rule: "machine-path",
    breaks: [
      [{ "bench/README.md": `see ${word("/wo", "rk/main")}` }, "bench/README.md:1"],
      [{ "bench/a.ts": `const x = "${word("/ho", "me/ann/x")}";` }, "bench/a.ts:2"],
      [{ "bench/a.ts": `const x = "${word("../sha", "red/x")}";` }, "bench/a.ts:2"],
    ],
    keeps: [{ "bench/README.md": "networks/work/life balance" }],
  },
  {
    rule: "dead-code",
    breaks: [
      [{ "bench/a.ts": "\n// const x = 1;" }, "bench/a.ts:3"],
      [{ "bench/a.ts": "\n// if (x > 1) {\n//   stop(x);\n// }" }, "bench/a.ts:3"],
    ],
    keeps: [{ "bench/a.ts": "\n// Let x be what is left; return (if any) is of the caller." }],
  },
];

describe.each(cases)("$rule", ({ rule, breaks, keeps }) => {
  test.each(breaks.map(([sample, where]) => [excerptOf(sample), where, sample] as const))(
    "is broken by %s at %s",
    (_, where, sample) => expect(found(sample)).toContain(`${where} ${rule}`),
  );
  test.each(keeps.map((sample) => [excerptOf(sample), sample] as const))(
    "is kept by %s",
    (_, sample) => expect(found(sample).filter((line) => line.endsWith(` ${rule}`))).toEqual([]),
  );
});

test("every rule has a sample that breaks it", () => {
  expect(cases.map(({ rule }) => rule).sort()).toEqual(rules.map(({ name }) => name).sort());
});

describe("a waiver", () => {
  const waived = (comment: string): Sample => ({
    "engine/cdr/close.ts": `${comment}\nconst now = Date.now();`,
  });

  test("with a reason lets the next line break the rule", () => {
    const reason = "the tests of this file need it";
    expect(found(waived(`// Closes records.\n// tidy-allow purity: ${reason}`))).toEqual([]);
  });
  test("without a reason is a finding itself", () => {
    expect(found(waived("// Closes the records there are.\n// tidy-allow purity"))).toEqual([
      "engine/cdr/close.ts:2 waiver",
    ]);
  });
  test("of another rule waives nothing, and that is told", () => {
    expect(found(waived("// Closes records.\n// tidy-allow cycles: there are none here"))).toEqual([
      "engine/cdr/close.ts:2 waiver",
      "engine/cdr/close.ts:3 purity",
    ]);
  });
});

test("the repository is tidy", () => {
  const tree = readWorkTree(fileURLToPath(new URL("..", import.meta.url)));
  expect(tree.length).toBeGreaterThan(50);
  expect(
    inspect(tree).map(({ path, line, rule, message }) => `${path}:${line} ${rule} ${message}`),
  ).toEqual([]);
});
