// The yardstick of a run: how many plain HINCRBY one Redis core carries here and now, by Redis's
// own load tool with 64 commands a pipeline, against the very Redis that the run uses, with its
// durability.

import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import type { RedisBinary } from "../../scripts/testing/redis-binary.ts";
import { cpuMicrosOf } from "./cpu.ts";

/**
 * A client waits for its whole pipeline before it sends the next, so one client leaves Redis idle
 * in between. On a machine of two cores (Redis 7.0, AOF everysec, three rounds each):
 *
 * | clients      | 1       | 4       | 8       | 16      | 50      |
 * |--------------|---------|---------|---------|---------|---------|
 * | thousand/s   | 425–531 | 654–747 | 691–824 | 687–823 | 689–864 |
 * | µs of Redis  | 1.5–1.7 | 1.3     | 1.2–1.4 | 1.2–1.4 | 1.2–1.5 |
 *
 * From 8 on the differences are noise: Redis's core is full. The load tool runs on one thread, so
 * that it takes the other core and not a share of Redis's.
 */
export const yardstickClients = 8;
export const yardstickPipeline = 64;
const keyCount = 100_000;
const calibrationOperations = 200_000;
const roundsCount = 3;
const keysPerDelete = 1_000;

export type Yardstick = {
  readonly opsPerSecond: number;
  readonly redisCpuUsPerOp: number;
  readonly clients: number;
  readonly pipeline: number;
};

export type YardstickOptions = {
  readonly port: number;
  readonly pid: number;
  readonly binary: RedisBinary;
  readonly seconds: number;
  readonly clients?: number;
};

/** The median of three rounds, which together take about `seconds`. Leaves no keys behind. */
export const measureYardstick = async (options: YardstickOptions): Promise<Yardstick> => {
  const { port, pid, seconds, clients = yardstickClients } = options;
  const command = await findRedisBenchmark(options.binary);
  const load = (operations: number): Promise<number> =>
    runRedisBenchmark(command, options.binary, { port, clients, operations });
  const rate = await load(calibrationOperations);
  const operations = Math.max(calibrationOperations, Math.round((rate * seconds) / roundsCount));
  const rates: number[] = [];
  const cpuBefore = cpuMicrosOf(pid);
  for (let round = 0; round < roundsCount; round++) rates.push(await load(operations));
  const redisCpuUsPerOp = (cpuMicrosOf(pid) - cpuBefore) / (operations * roundsCount);
  await deleteKeys(port);
  rates.sort((one, other) => one - other);
  const opsPerSecond = Math.round(rates[Math.floor(roundsCount / 2)] ?? 0);
  return { opsPerSecond, redisCpuUsPerOp, clients, pipeline: yardstickPipeline };
};

/** Next to the server, else whatever PATH has. */
export const findRedisBenchmark = async ({ command }: RedisBinary): Promise<string> => {
  const folder = path.dirname(command);
  const folders = [folder, ...(process.env["PATH"] ?? "").split(path.delimiter)];
  for (const name of ["redis-benchmark", "valkey-benchmark"]) {
    for (const place of folders) {
      const file = path.join(place, name);
      const isThere = await access(file).then(
        () => true,
        () => false,
      );
      if (isThere) return file;
    }
  }
  throw new Error(`no redis-benchmark in ${folder} or on PATH; Debian has it in redis-tools`);
};

/** Requests per second, out of `--csv`: a heading line, then `"the command","rate",…`. */
export const parseBenchmarkCsv = (output: string): number => {
  const line = output.trim().split("\n").at(-1) ?? "";
  const rate = Number(line.split(",").at(1)?.replaceAll('"', ""));
  if (!(rate > 0)) throw new Error(`redis-benchmark printed no rate: ${output.slice(0, 200)}`);
  return rate;
};

type Load = { readonly port: number; readonly clients: number; readonly operations: number };

async function runRedisBenchmark(
  command: string,
  { environment }: RedisBinary,
  { port, clients, operations }: Load,
): Promise<number> {
  const { stdout } = await promisify(execFile)(
    command,
    [
      ...["-h", "127.0.0.1", "-p", String(port), "--csv"],
      ...["-P", String(yardstickPipeline), "-c", String(clients)],
      ...["-n", String(operations), "-r", String(keyCount)],
      ...["HINCRBY", "yardstick:__rand_int__", "field", "1"],
    ],
    { env: { ...process.env, ...environment } },
  );
  return parseBenchmarkCsv(stdout);
}

/** redis-benchmark writes its random number with twelve digits. */
async function deleteKeys(port: number): Promise<void> {
  const redis = new Redis({ port, host: "127.0.0.1", lazyConnect: true });
  await redis.connect();
  for (let start = 0; start < keyCount; start += keysPerDelete) {
    const keys = Array.from(
      { length: keysPerDelete },
      (_, index) => `yardstick:${String(start + index).padStart(12, "0")}`,
    );
    await redis.unlink(...keys);
  }
  redis.disconnect();
}
