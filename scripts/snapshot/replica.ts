// A throw-away replica of a Redis: what it has at the moment when it stops following is a copy of
// one moment, which may be read at leisure while the other one charges on. It listens on a socket
// in a folder that nobody else may enter, and writes nothing to disk.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openStore, type Store } from "../../engine/store/connection.ts";
import { assert } from "../../engine/values/assert.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import { type Child, startChild } from "../supervisor/child.ts";
import { parseInfo, type RedisInfo } from "../supervisor/redis-fitness.ts";

export type Primary = {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
};

export type Replica = {
  readonly store: Store;
  /** Until it has all, and follows no more. The error is one line. */
  copy(primary: Primary, on: CopyEvents): Promise<Result<void, string>>;
  stop(): Promise<void>;
};

export type CopyEvents = {
  readonly signal: AbortSignal;
  /** Octets that came, of those that will; both 0 before that is known. */
  onCopied(octets: number, all: number): void;
};

const pollMs = 50;
const answerMsMax = 20_000;
/** Nothing comes for so long: it will not come. */
const silentMsMax = 20_000;
const stopGraceMs = 5_000;

/** Rejects when it does not start. */
export const startReplica = async (binary: RedisBinary): Promise<Replica> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-snapshot-"));
  const socket = path.join(folder, "redis.sock");
  const child = startChild({
    command: binary.command,
    args: [
      ...["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", folder],
      ...["--save", "", "--appendonly", "no", "--repl-diskless-load", "on-empty-db"],
      ...["--repl-timeout", String(silentMsMax / 1_000)],
    ],
    environment: { ...process.env, ...binary.environment },
    folder,
    logFile: path.join(folder, "redis.log"),
  });
  const stop = async () => {
    await child?.stop(stopGraceMs);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    assert(child !== null, `${binary.command} does not start`);
    const store = await openWhenReady(child, socket);
    return {
      store,
      copy: (primary, on) => copy(child, store, primary, on),
      stop: async () => {
        await store.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const openWhenReady = async (child: Child, socket: string): Promise<Store> => {
  const lastAt = Date.now() + answerMsMax;
  for (;;) {
    try {
      return await openStore({ url: socket, isCluster: false, onError: () => undefined });
    } catch (error) {
      if (child.ending() !== null || Date.now() > lastAt) {
        const reason = child.lastWords() ?? String(error);
        throw new Error(`a Redis for the copy does not start: ${reason}`);
      }
      await pause(pollMs);
    }
  }
};

const copy = async (
  child: Child,
  store: Store,
  { host, port, username, password }: Primary,
  { signal, onCopied }: CopyEvents,
): Promise<Result<void, string>> => {
  if (username !== undefined) await store.call("CONFIG", "SET", "masteruser", username);
  if (password !== undefined) await store.call("CONFIG", "SET", "masterauth", password);
  await store.call("REPLICAOF", host, port);
  let silentSince = Date.now();
  let seen = -1;
  for (;;) {
    if (signal.aborted) return err("interrupted");
    const info = parseInfo(String(await store.call("INFO", "replication")));
    if (info.get("master_link_status") === "up") break;
    const octets = figure(info, "master_sync_read_bytes");
    if (octets !== seen) [seen, silentSince] = [octets, Date.now()];
    onCopied(octets, figure(info, "master_sync_total_bytes"));
    if (Date.now() - silentSince > silentMsMax) {
      const reason = child.lastWords() ?? "it says nothing";
      return err(`Redis at ${host}:${port} gives no copy of itself: ${reason}`);
    }
    await pause(pollMs);
  }
  await store.call("REPLICAOF", "NO", "ONE");
  return ok(undefined);
};

const figure = (info: RedisInfo, name: string): number => Number(info.get(name) ?? 0);
