// A transfer under way: what was debited at its source and has neither arrived nor come back. The
// entry stands in a hash of the source's shard from the debit to the end, so that any engine can go
// on where another one stopped. Layout: f64 fingerprint of the request, then a MessagePack array.

import { createHash } from "node:crypto";
import { Packr, Unpackr } from "msgpackr";
import type { transferKinds } from "../protocol/movement-fields.ts";
import { assert } from "../values/assert.ts";
import type { UnitKind } from "../values/units.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";

export type TransferOrder = {
  readonly requestId: string;
  readonly fromAccountId: string;
  readonly fromBucketId: string;
  readonly toAccountId: string;
  readonly toBucketId: string;
  readonly amount: number;
  /** Goes back with the amount where that cannot arrive. */
  readonly fee: number;
  readonly kind: (typeof transferKinds)[number];
};

export type Transit = TransferOrder & {
  /** Of the request that began it. */
  readonly fingerprint: number;
  /** ms since 1970. */
  readonly begunAt: number;
  readonly unit: UnitKind;
  /** Of money; empty for everything else. */
  readonly currency: string;
};

const layout = 1;
const options = { useRecords: false, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

/** Without the fingerprint, which Lua puts in front. */
export const packTransit = (transit: Omit<Transit, "fingerprint">): Buffer => {
  const { requestId, fromAccountId, fromBucketId, toAccountId, toBucketId } = transit;
  const { amount, fee, kind, begunAt, unit, currency } = transit;
  const names = [requestId, fromAccountId, fromBucketId, toAccountId, toBucketId];
  const packed = packr.pack([layout, ...names, amount, fee, kind, begunAt, unit, currency]);
  // Out of the encoder's own buffer, which it writes again.
  return Buffer.from(packed);
};

export const unpackTransit = (entry: Buffer): Transit => {
  const wire = unpackr.unpack(entry.subarray(8)) as readonly unknown[];
  assert(wire[0] === layout, `a transit of layout ${wire[0]}, known is ${layout}`);
  const [requestId, fromAccountId, fromBucketId, toAccountId, toBucketId] = wire.slice(1);
  const [amount, fee, kind, begunAt, unit, currency] = wire.slice(6);
  const names = { requestId, fromAccountId, fromBucketId, toAccountId, toBucketId };
  const rest = { amount, fee, kind, begunAt, unit, currency };
  return { fingerprint: entry.readDoubleLE(0), ...names, ...rest } as Transit;
};

/** As lua/lib/transits.lua builds it. */
export const transitField = (accountId: string, requestId: string): string =>
  `${accountId} ${requestId}`;

/**
 * By which a target knows the transfer. The time is in it because the source may forget a request
 * before the target does: asked once more after that, it is another transfer.
 */
export const transferKey = (fromAccountId: string, requestId: string, begunAt: number): string =>
  createHash("sha256")
    .update(`${transitField(fromAccountId, requestId)} ${begunAt}`)
    .digest("base64url");

/** Undefined: it is over, or never was. */
export const readTransit = async (
  store: Store,
  shard: number,
  field: string,
): Promise<Transit | undefined> => {
  const entry = (await store.call("HGET", keys.transits(shard), field)) as Buffer | null;
  return entry === null ? undefined : unpackTransit(entry);
};

/** All of them, in no order; those that begin or end meanwhile perhaps. */
export const scanTransits = async (store: Store, shard: number): Promise<readonly Transit[]> => {
  // A scan may come by an entry twice.
  const found = new Map<string, Transit>();
  let cursor = "0";
  do {
    const scan = ["HSCAN", keys.transits(shard), cursor, "COUNT", 1_000] as const;
    const [next, flat] = (await store.call(...scan)) as [Buffer, Buffer[]];
    for (let i = 0; i < flat.length; i += 2) {
      found.set(flat[i]!.toString("latin1"), unpackTransit(flat[i + 1]!));
    }
    cursor = next.toString();
  } while (cursor !== "0");
  return [...found.values()];
};

export const countTransits = async (store: Store, shard: number): Promise<number> =>
  Number(await store.call("HLEN", keys.transits(shard)));

/** Some of them, at random, so that engines that look at once seldom meet. */
export const readTransits = async (
  store: Store,
  shard: number,
  most: number,
): Promise<readonly Transit[]> => {
  const found = await store.call("HRANDFIELD", keys.transits(shard), most, "WITHVALUES");
  // Pairs, or names and values in turn, as the protocol of the connection has it.
  const flat = (found as (Buffer | Buffer[])[]).flat();
  return flat.filter((_, index) => index % 2 === 1).map(unpackTransit);
};
