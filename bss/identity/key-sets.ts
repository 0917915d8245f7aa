// The public keys of issuers, fetched when they are first needed and kept for ten minutes. A token
// with a key that is not among them has them fetched again, for issuers change keys; but no stream
// of made-up key ids becomes a stream of requests to the issuer. When the issuer cannot be reached
// what was fetched last goes on for an hour.

import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { type FetchFailure, fetchJson } from "./bounded-fetch.ts";

export type KeySet = {
  readonly keys: JWTVerifyGetKey;
  /** When it was fetched, by `ticks`. */
  readonly fetchedAt: number;
};

export type KeySets = {
  get(jwksUri: string): Promise<Result<KeySet, FetchFailure>>;
  /** A key is not in `known`: a newer set, or `known` itself when it is too soon to ask again. */
  newer(jwksUri: string, known: KeySet): Promise<Result<KeySet, FetchFailure>>;
  forget(jwksUri: string): void;
};

type Entry = {
  set?: KeySet;
  triedAt: number;
  failure?: FetchFailure;
  underWay?: Promise<Result<KeySet, FetchFailure>> | undefined;
};

const setOf = (json: Readonly<Record<string, unknown>>, fetchedAt: number): KeySet | undefined => {
  try {
    return { keys: createLocalJWKSet(json as unknown as JSONWebKeySet), fetchedAt };
  } catch {
    return undefined;
  }
};

/** `ticks`: ms of a clock that only goes on. */
export const createKeySets = (ticks: () => number): KeySets => {
  const entries = new Map<string, Entry>();
  const entryOf = (jwksUri: string): Entry => {
    const entry = entries.get(jwksUri) ?? { triedAt: Number.NEGATIVE_INFINITY };
    entries.set(jwksUri, entry);
    if (entries.size > limits.keySetsMax) entries.delete(entries.keys().next().value!);
    return entry;
  };
  const load = async (jwksUri: string, entry: Entry): Promise<Result<KeySet, FetchFailure>> => {
    entry.triedAt = ticks();
    const fetched = await fetchJson(jwksUri, { headers: { accept: "application/json" } });
    const set = fetched.isOk ? setOf(fetched.value, ticks()) : undefined;
    entry.underWay = undefined;
    if (set !== undefined) {
      entry.set = set;
      delete entry.failure;
      return ok(set);
    }
    // Whatever it was, the keys are not to be had: it says nothing about the token.
    const detail = fetched.isOk ? "it answers something else than a key set" : fetched.error.detail;
    entry.failure = { kind: "unreachable", detail };
    return failed(entry);
  };
  const failed = (entry: Entry): Result<KeySet, FetchFailure> => {
    const { set, failure } = entry;
    const isUsable = set !== undefined && ticks() < set.fetchedAt + limits.keySetStaleMsMax;
    return isUsable ? ok(set) : { isOk: false, error: failure! };
  };
  const fetchOnce = (jwksUri: string, entry: Entry) => {
    entry.underWay ??= load(jwksUri, entry);
    return entry.underWay;
  };
  const isFailingSince = (entry: Entry): boolean =>
    entry.failure !== undefined && ticks() < entry.triedAt + limits.keySetRetryMs;
  return {
    get: async (jwksUri) => {
      const entry = entryOf(jwksUri);
      const { set } = entry;
      if (set !== undefined && ticks() < set.fetchedAt + limits.keySetFreshMs) return ok(set);
      return isFailingSince(entry) ? failed(entry) : fetchOnce(jwksUri, entry);
    },
    newer: async (jwksUri, known) => {
      const entry = entryOf(jwksUri);
      if (entry.set !== undefined && entry.set !== known) return ok(entry.set);
      const isTooSoon = ticks() < entry.triedAt + limits.keySetCoolDownMs;
      return isTooSoon && entry.underWay === undefined ? ok(known) : fetchOnce(jwksUri, entry);
    },
    forget: (jwksUri) => void entries.delete(jwksUri),
  };
};
