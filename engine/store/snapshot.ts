// All that an installation has, as pages of fields that anything may keep, and back: of a Redis
// that nobody writes to, onto one that is rebuilt. What is made anew anyway is left out (keys.ts).
//
// In a page each key is "s", key, value; or "h", key, n, then n fields and values in turn, as often
// as it takes for all of them. That uploads go away by themselves is said at the end of a rebuild.

import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { accountOf, isMadeAnew } from "./keys.ts";
import { walk } from "./walk.ts";

/** Of a page: values as they are in Redis, names and figures as text. */
export type SnapshotFields = readonly Buffer[];

type Page = {
  add(...fields: readonly (Buffer | string)[]): Promise<void>;
  flush(): Promise<void>;
};

export type Dumped = { readonly accounts: number; readonly pages: number };

/** Rejects where a key is of a kind that none of ours is. */
export const dumpKeys = async (
  store: Store,
  onPage: (fields: SnapshotFields, sum: Dumped) => Promise<void>,
): Promise<Dumped> => {
  const sum = { accounts: 0, pages: 0 };
  const page = createPage(async (fields) => {
    sum.pages++;
    await onPage(fields, sum);
  });
  let place = "";
  do {
    const { found, next } = await walk(store, place, "{*}:*", limits.rebuildKeysPerPage);
    const kept = found.filter((key) => !isMadeAnew(key));
    // Nearly all are accounts and their profiles: those are not asked what they are.
    const isString = (key: string) => /^\{\d+\}:(?:account|profile):/.test(key);
    await dumpStrings(store, page, kept.filter(isString));
    for (const key of kept) if (!isString(key)) await dumpKey(store, page, key);
    sum.accounts += kept.filter((key) => accountOf(key) !== undefined).length;
    place = next;
  } while (place !== "");
  await page.flush();
  return sum;
};

const createPage = (onPage: (fields: SnapshotFields) => Promise<void>): Page => {
  let fields: Buffer[] = [];
  let octets = 0;
  const flush = async () => {
    if (fields.length === 0) return;
    const full = fields;
    [fields, octets] = [[], 0];
    await onPage(full);
  };
  return {
    flush,
    add: async (...more) => {
      for (const one of more) {
        const field = typeof one === "string" ? Buffer.from(one) : one;
        fields.push(field);
        octets += field.length;
      }
      if (octets >= limits.snapshotPageOctets) await flush();
    },
  };
};

const dumpStrings = async (store: Store, page: Page, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  const values = (await store.call("MGET", ...keys)) as (Buffer | null)[];
  for (const [index, value] of values.entries()) {
    if (value !== null) await page.add("s", keys[index]!, value);
  }
};

const dumpKey = async (store: Store, page: Page, key: string): Promise<void> => {
  const type = String(await store.call("TYPE", key));
  if (type === "none") return;
  if (type === "string") await dumpStrings(store, page, [key]);
  else if (type === "hash") await dumpHash(store, page, key);
  else throw new Error(`key ${key} is a ${type}: no Tollgate has written it`);
};

const dumpHash = async (store: Store, page: Page, key: string): Promise<void> => {
  let cursor = "0";
  do {
    const scan = ["HSCAN", key, cursor, "COUNT", limits.snapshotFieldsPerScan] as const;
    const [next, found] = (await store.call(...scan)) as [Buffer, Buffer[]];
    for (const fields of inPieces(found)) {
      await page.add("h", key, String(fields.length / 2), ...fields);
    }
    cursor = String(next);
  } while (cursor !== "0");
};

/** Fields and values in turn, none of the pieces much larger than a page: some are megabytes. */
const inPieces = (found: readonly Buffer[]): readonly (readonly Buffer[])[] => {
  const pieces: Buffer[][] = [];
  let octets: number = limits.snapshotPageOctets;
  for (let at = 0; at < found.length; at += 2) {
    const [field, value] = [found[at]!, found[at + 1]!];
    if (octets >= limits.snapshotPageOctets) {
      pieces.push([]);
      octets = 0;
    }
    pieces.at(-1)!.push(field, value);
    octets += field.length + value.length;
  }
  return pieces;
};

/** May be repeated. The error, with nothing written, says why it is no page of a snapshot. */
export const restorePage = async (
  store: Store,
  fields: SnapshotFields,
): Promise<Result<void, string>> => {
  const page = readPage(fields);
  if (!page.isOk) return page;
  const { strings, hashes } = page.value;
  await Promise.all([...strings.values()].map((pairs) => store.call("MSET", ...pairs)));
  await Promise.all(hashes.map((rest) => store.call("HSET", ...rest)));
  return ok(undefined);
};

type ReadPage = {
  /** By hash tag: keys and values in turn. */
  readonly strings: ReadonlyMap<string, readonly (string | Buffer)[]>;
  /** Keys, each with fields and values in turn. */
  readonly hashes: readonly (readonly [string, ...Buffer[]])[];
};

const readPage = (fields: SnapshotFields): Result<ReadPage, string> => {
  const strings = new Map<string, (string | Buffer)[]>();
  const hashes: [string, ...Buffer[]][] = [];
  for (let at = 0; at < fields.length; ) {
    const kind = fields[at]!.toString("latin1");
    const key = fields[at + 1]?.toString() ?? "";
    const tag = /^\{\d+\}:/.exec(key)?.[0];
    if (tag === undefined) return err(`"${key}" is no key of ours`);
    const values = valuesOf(kind, fields, at + 2);
    if (values === undefined) return err(`"${kind}" ${key} is cut off, or of no known kind`);
    if (kind === "s") {
      const pairs = strings.get(tag) ?? [];
      strings.set(tag, pairs);
      pairs.push(key, ...values);
    } else hashes.push([key, ...values]);
    at += 2 + values.length + (kind === "h" ? 1 : 0);
  }
  return ok({ strings, hashes });
};

/** Of the key whose fields begin at `at`; undefined: they are not all there. */
const valuesOf = (kind: string, fields: SnapshotFields, at: number): SnapshotFields | undefined => {
  if (kind === "s") return at < fields.length ? [fields[at]!] : undefined;
  const count = kind === "h" ? Number(fields[at]) : Number.NaN;
  const isWhole = Number.isSafeInteger(count) && count > 0 && at + 2 * count < fields.length;
  return isWhole ? fields.slice(at + 1, at + 1 + 2 * count) : undefined;
};
