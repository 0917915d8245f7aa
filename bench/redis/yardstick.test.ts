// Reading the output of redis-benchmark.

import { expect, test } from "vitest";
import { parseBenchmarkCsv } from "./yardstick.ts";

test("reads the rate out of redis-benchmark's table", () => {
  const heading = '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms"';
  const line = '"HINCRBY yardstick:__rand_int__ field 1","608519.25","0.200","0.088","0.183"';
  expect(parseBenchmarkCsv(`${heading}\n${line}\n`)).toBe(608_519.25);
});

test("an output without a rate is an error that shows it", () => {
  expect(() => parseBenchmarkCsv("Could not connect to Redis")).toThrow("Could not connect");
});
