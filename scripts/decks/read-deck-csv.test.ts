// Decks as spreadsheets save them, and files that are none: rows and reasons come out, or one line
// that refuses the file, and never an exception.

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { badRowsMax, readDeckCsv } from "./read-deck-csv.ts";
import { lineLengthMax } from "./read-lines.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-decks-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const readOctets = async (content: string | Uint8Array) => {
  files += 1;
  const file = path.join(folder, `${files}.csv`);
  writeFileSync(file, content);
  return await readDeckCsv(file);
};

const read = async (content: string | Uint8Array) => {
  const result = await readOctets(content);
  if (!result.isOk) throw new Error(result.error);
  return result.value;
};

const refusalOf = async (content: string | Uint8Array) => {
  const result = await readOctets(content);
  return result.isOk ? undefined : result.error;
};

test("reads the rows that README.md shows", async () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const { rows, badRows, notes } = await read(/```csv\n(.*?)```/s.exec(readme)?.[1] ?? "");
  expect(rows.map(({ prefix }) => prefix)).toEqual(["33", "336"]);
  expect([badRows, notes]).toEqual([[], []]);
});

const twoRows = [
  { prefix: "49", zoneId: "DE-fixed", name: "Österreich, not" },
  { prefix: "4915", zoneId: "DE-mobile" },
];

describe("reads a deck", () => {
  const comma = 'prefix,zone,name\n49,DE-fixed,"Österreich, not"\n4915,DE-mobile,\n';
  test.each([
    ["with commas", comma],
    ["with semicolons", "prefix;zone;name\n49;DE-fixed;Österreich, not\n4915;DE-mobile;\n"],
    ["with tabs", "prefix\tzone\tname\n49\tDE-fixed\tÖsterreich, not\n4915\tDE-mobile\t"],
    ["with a byte order mark", `\ufeff${comma}`],
    ["from Windows", comma.replaceAll("\n", "\r\n")],
    ["from an old Macintosh", comma.replaceAll("\n", "\r")],
    ["with empty lines", `\n \n${comma.replaceAll("\n", "\n\n")}`],
    ["with spaces", comma.replaceAll(",", " , ").replace("Österreich ,  not", "Österreich, not")],
    ["with quotes everywhere", '"prefix","zone"\n"49","x"\n'.replace('"x"', '"DE-fixed"')],
    ["in any order of columns", 'NAME,Zone,PREFIX\n"Österreich, not",DE-fixed,49\n,DE-mobile,4915'],
  ])("%s", async (_, text) => {
    const deck = await read(text);
    const wanted = text.includes("Ö") ? twoRows : [{ prefix: "49", zoneId: "DE-fixed" }];
    expect(deck).toMatchObject({ rows: wanted, badRows: [], notes: [] });
    expect(deck.zoneCount).toBe(wanted.length);
  });

  test("without names, and with columns that are not known", async () => {
    const deck = await read("zone,rate,prefix,per\nDE,0.1,49,min\n");
    expect(deck.rows).toEqual([{ prefix: "49", zoneId: "DE" }]);
    expect(deck.notes).toEqual(['columns that are not read: "rate", "per"']);
  });

  test("with names as long as they may be", async () => {
    const name = `"${"é".repeat(128)}"`;
    expect((await read(`prefix,zone,name\n49,DE,${name}\n43,AT,${name}\n`)).rows).toHaveLength(2);
  });

  test("with a row for everywhere", async () => {
    const { rows, notes } = await read("prefix,zone\n,elsewhere\n");
    expect(rows).toEqual([{ prefix: "", zoneId: "elsewhere" }]);
    expect(notes).toEqual([
      "line 2 has no prefix: zone elsewhere is for every number that no other row names",
    ]);
  });

  test("in Latin-1, and says so", async () => {
    const deck = await read(Buffer.from(comma, "latin1"));
    expect(deck.rows).toEqual(twoRows);
    expect(deck.notes).toEqual(["read as windows-1252, not UTF-8"]);
  });

  test.each([
    ["utf-16le", "with a mark", [0xff, 0xfe]],
    ["utf-16be", "with a mark", [0xfe, 0xff]],
    ["utf-16le", "without a mark", []],
    ["utf-16be", "without a mark", []],
  ])("in %s %s, and says so", async (encoding, _, mark) => {
    const octets = Buffer.from(comma, "utf16le");
    if (encoding === "utf-16be") octets.swap16();
    const deck = await read(Buffer.concat([Buffer.from(mark), octets]));
    expect(deck.rows).toEqual(twoRows);
    expect(deck.notes).toEqual([`read as ${encoding}, not UTF-8`]);
  });

  test("of 100,000 rows, and keeps apart what lies across two pieces of the file", async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `${100_000 + i},zö${i % 7},"a, ""b"""`);
    const deck = await read(`prefix,zone,name\r\n${lines.join("\r\n").replaceAll("zö", "z")}`);
    expect(deck.rows).toHaveLength(100_000);
    expect(deck.rows[99_999]).toEqual({ prefix: "199999", zoneId: "z4", name: 'a, "b"' });
    expect(deck.zoneCount).toBe(7);
  });
});

describe("tells of each bad row, and reads the others", () => {
  test.each([
    ["a plus", "+49,DE", 'prefix "+49": digits only, without + or 00'],
    [
      "a number as a spreadsheet shows it",
      "4.91512E+11,DE",
      'prefix "4.91512E+11": digits only, without + or 00',
    ],
    ["no zone", "43,", 'zone "": 1 to 128 ASCII characters, no spaces'],
    ["a prefix twice", "1,first", 'prefix "1" is in the deck already, in zone first'],
    ["too few fields", "43", "1 field, the header has 2"],
    ["too many fields", "43,AT,Austria", "3 fields, the header has 2"],
    ["a quote that is open", '43,"AT', "a quote that is not closed on its line"],
    ["a quote within", '43,A"T', "a quote inside a field, or one that ends before the field does"],
    [
      "a quote that ends early",
      '43,"A"T',
      "a quote inside a field, or one that ends before the field does",
    ],
    ["a long line", `43,${"x".repeat(lineLengthMax)}`, `longer than ${lineLengthMax} characters`],
    ["a NUL", "4\u00003,AT", 'prefix "4\\u00003": digits only, without + or 00'],
  ])("%s", async (_, line, reason) => {
    const deck = await read(`prefix,zone\n1,first\n${line}\n2,second\n3,third`);
    expect(deck.rows.map(({ prefix }) => prefix)).toEqual(["1", "2", "3"]);
    expect(deck.badRows).toEqual([{ line: 3, reason, row: line.slice(0, lineLengthMax) }]);
  });

  test("two quotes that are not closed do not swallow the rows between them", async () => {
    const deck = await read('prefix,zone\n1,"a\n2,b\n3,c"\n4,d\n');
    expect(deck.rows.map(({ prefix }) => prefix)).toEqual(["2", "4"]);
    expect(deck.badRows.map(({ line }) => line)).toEqual([2, 4]);
  });

  test("up to a bound, after which this is no rate deck", async () => {
    const deck = await read(`prefix,zone\n${"x,y\n".repeat(badRowsMax + 100)}`);
    expect(deck.badRows).toHaveLength(badRowsMax);
    expect(deck.notes).toEqual([`not read to its end: ${badRowsMax} bad rows`]);
  });
});

describe("refuses in one line", () => {
  test.each([
    ["nothing", "", /is empty$/],
    ["empty lines", "\n\n \n", /is empty$/],
    [
      "no header",
      "49,DE\n",
      /: the first line names no columns prefix and zone \(and name\): "49,DE"$/,
    ],
    ["a column twice", "prefix,zone,prefix\n", /: the header has two columns "prefix"$/],
    ["one endless line", "x".repeat(1_000_000), /: the first line names no columns/],
    ["zeros", new Uint8Array(100_000), /: the first line names no columns/],
  ])("%s", async (_, content, refusal) => {
    const error = await refusalOf(content);
    expect(error).toMatch(refusal);
    expect(error).not.toContain("\n");
  });

  test("what is no file, and what is too large for a deck", async () => {
    expect(await readDeckCsv(folder)).toEqual({ isOk: false, error: `${folder} is not a file` });
    const nowhere = path.join(folder, "nowhere.csv");
    const missing = { isOk: false, error: `${nowhere} cannot be read: ENOENT` };
    expect(await readDeckCsv(nowhere)).toEqual(missing);
    const large = path.join(folder, "large.csv");
    writeFileSync(large, "");
    truncateSync(large, 600 * 1024 * 1024);
    expect(await readDeckCsv(large)).toMatchObject({ error: expect.stringContaining("512 MiB") });
  });
});

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);

/** What breaks parsers: quotes, separators, ends of lines and of strings, formulas, odd Unicode. */
const hostile = fc.constantFrom(
  ...['"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "\0", "\ufeff", "\u2028", "\ud800", "é", "=1"],
  ...["prefix", "zone", "49", "DE", " ", "'", "\\", "x".repeat(5_000), "__proto__"],
);
const hostileText = fc.array(hostile, { maxLength: 60 }).map((parts) => parts.join(""));

test(`whatever follows a header, every line is a row or a reason (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (text) => {
      const lines = Buffer.from(text)
        .toString()
        .split(/\r\n|\n|\r/);
      const filled = lines.filter((line) => line.trim() !== "").length;
      const { rows, badRows } = await read(`prefix,zone\n${text}`);
      expect(rows.length + badRows.length).toBe(filled);
      for (const { reason, row } of badRows) {
        expect(reason).toMatch(/^[^\n]+$/);
        expect(row.length).toBeLessThanOrEqual(lineLengthMax);
      }
    }),
    { seed, numRuns: 400 },
  );
});

test(`random octets are rows, reasons or one line that refuses them (seed ${seed})`, async () => {
  const octets = fc.uint8Array({ maxLength: 3_000 });
  const parts = fc.array(fc.oneof(octets, hostileText.map(Buffer.from)), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(parts, fc.boolean(), async (given, hasHeader) => {
      const header = Buffer.from(hasHeader ? "prefix;zone\n" : "");
      const result = await readOctets(Buffer.concat([header, ...given]));
      if (!result.isOk) expect(result.error).toMatch(/^[^\n]+$/);
      else for (const { reason } of result.value.badRows) expect(reason).toMatch(/^[^\n]+$/);
    }),
    { seed, numRuns: 400 },
  );
});
