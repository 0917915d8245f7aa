// A throw-away replica of a Redis: what it has at the moment when it stops following is a copy of
// one moment, which may be read at leisure while the other one charges on. It listens on a socket
// in a folder that nobody else may enter, and writes nothing to disk.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import { openStore, type Store } from "../../engine/store/connection.ts";
import { assert } from "../../engine/values/assert.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import type { RedisBinary } from "../redis/locate.mjs";
import { type Child, startChild } from "../supervisor/child.ts";
import { parseInfo, type RedisInfo } from "../supervisor/redis-fitness.ts";
import { openPlainWire } from "./plain-wire.ts";

export type Primary = {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Of its numbered databases, the one that is read. */
  readonly database: number;
  /** Undefined: it listens without. */
  readonly tls: ConnectionOptions | undefined;
};

export type Replica = {
  readonly store: Store;
  /** Until it has all, and follows no more. The error is one line. */
  copy(on: CopyEvents): Promise<Result<void, string>>;
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
export const startReplica = async (binary: RedisBinary, primary: Primary): Promise<Replica> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-snapshot-"));
  const socket = path.join(folder, "redis.sock");
  const logFile = path.join(folder, "redis.log");
  const child = startChild({
    command: binary.command,
    args: [
      ...["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", folder],
      ...["--save", "", "--appendonly", "no", "--repl-diskless-load", "on-empty-db"],
      ...["--repl-timeout", String(silentMsMax / 1_000)],
    ],
    environment: { ...process.env, ...binary.environment },
    folder,
    logFile,
  });
  const stop = async () => {
    await child?.stop(stopGraceMs);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    assert(child !== null, `${binary.command} does not start`);
    const store = await openWhenReady(child, `${socket}?db=${primary.database}`);
    return {
      store,
      copy: (on) => copy(logFile, store, primary, on),
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

const openWhenReady = async (child: Child, url: string): Promise<Store> => {
  const lastAt = Date.now() + answerMsMax;
  for (;;) {
    try {
      return await openStore({ url, isCluster: false, onError: () => undefined });
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
  logFile: string,
  store: Store,
  { host, port, username, password, tls }: Primary,
  events: CopyEvents,
): Promise<Result<void, string>> => {
  if (username !== undefined) await store.call("CONFIG", "SET", "masteruser", username);
  if (password !== undefined) await store.call("CONFIG", "SET", "masterauth", password);
  const wire = tls && (await openPlainWire({ ...tls, host, port }));
  try {
    await store.call("REPLICAOF", wire?.host ?? host, wire?.port ?? port);
    const followed = await follow(store, events);
    if (followed === "silent") {
      const words = wire?.problem() ?? (await lastWarning(logFile)) ?? "it says nothing";
      return err(`Redis at ${host}:${port} gives no copy of itself: ${words}`);
    }
    if (followed === "interrupted") return err(followed);
    await store.call("REPLICAOF", "NO", "ONE");
    return ok(undefined);
  } finally {
    wire?.close();
  }
};

/** Until it has all that there is. */
const follow = async (
  store: Store,
  { signal, onCopied }: CopyEvents,
): Promise<"copied" | "interrupted" | "silent"> => {
  let silentSince = Date.now();
  let seen = -1;
  for (;;) {
    if (signal.aborted) return "interrupted";
    const info = parseInfo(String(await store.call("INFO", "replication")));
    if (info.get("master_link_status") === "up") return "copied";
    const octets = figure(info, "master_sync_read_bytes");
    if (octets !== seen) [seen, silentSince] = [octets, Date.now()];
    onCopied(octets, figure(info, "master_sync_total_bytes"));
    if (Date.now() - silentSince > silentMsMax) return "silent";
    await pause(pollMs);
  }
};

/** Redis marks by "#" what is worth a look: "99:S 22 Nov 2026 08:00:00.000 # why". */
const lastWarning = async (logFile: string): Promise<string | undefined> => {
  const lines = (await readFile(logFile, "utf8")).split("\n");
  const last = lines.findLast((line) => / # /.test(line.slice(0, 50)));
  return last?.slice(last.indexOf(" # ") + 3);
};

const figure = (info: RedisInfo, name: string): number => Number(info.get(name) ?? 0);
