// The metrics as Prometheus reads them: every assertion is on the text of a scrape.

import { expect, test } from "vitest";
import { metrics } from "./metrics.ts";
import { operationNames } from "./protocol/operations.ts";
import { resultCodes } from "./protocol/result-codes.ts";

const samples = async (pattern: RegExp) =>
  (await metrics.text()).split("\n").filter((line) => !line.startsWith("#") && pattern.test(line));

const update = operationNames.indexOf("update");
const terminate = operationNames.indexOf("terminate");

test("counts results by operation and code name, and shows successes from zero", async () => {
  metrics.countResult(update, resultCodes.SUCCESS.number);
  metrics.countResult(update, resultCodes.SUCCESS.number);
  metrics.countResult(update, resultCodes.TARIFF_INVALID.number);
  metrics.countResult(terminate, resultCodes.TOO_BUSY.number);
  const lines = await samples(/^tollgate_operations_total/);
  expect(lines).toContain('tollgate_operations_total{operation="update",result_code="SUCCESS"} 2');
  expect(lines).toContain(
    'tollgate_operations_total{operation="update",result_code="TARIFF_INVALID"} 1',
  );
  expect(lines).toContain(
    'tollgate_operations_total{operation="terminate",result_code="TOO_BUSY"} 1',
  );
  expect(lines).toContain(
    'tollgate_operations_total{operation="terminate",result_code="SUCCESS"} 0',
  );
  expect(lines).toHaveLength(operationNames.length + 2);
});

test.each([0, 1, 9_999, -1])(
  "counts the unknown code %i as OTHER, nothing is lost",
  async (code) => {
    const read = async () => {
      const [line] = await samples(/operation="event",result_code="OTHER"/);
      return Number(line?.split(" ")[1] ?? 0);
    };
    const before = await read();
    metrics.countResult(operationNames.indexOf("event"), code);
    expect(await read()).toBe(before + 1);
  },
);

test("puts latencies into cumulative buckets of seconds, bounds included", async () => {
  for (const ms of [0.1, 1, 1.2, 4_000]) metrics.observeLatency(ms);
  const lines = await samples(/^tollgate_operation_duration_seconds/);
  expect(lines).toEqual([
    'tollgate_operation_duration_seconds_bucket{le="0.00025"} 1',
    'tollgate_operation_duration_seconds_bucket{le="0.0005"} 1',
    'tollgate_operation_duration_seconds_bucket{le="0.001"} 2',
    'tollgate_operation_duration_seconds_bucket{le="0.0015"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.002"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.003"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.005"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.0075"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.01"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.02"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.05"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.1"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.2"} 3',
    'tollgate_operation_duration_seconds_bucket{le="0.5"} 3',
    'tollgate_operation_duration_seconds_bucket{le="1"} 3',
    'tollgate_operation_duration_seconds_bucket{le="2"} 3',
    'tollgate_operation_duration_seconds_bucket{le="+Inf"} 4',
    "tollgate_operation_duration_seconds_sum 4.0023",
    "tollgate_operation_duration_seconds_count 4",
  ]);
});

test("asks for the gauges at each scrape", async () => {
  let inFlight = 3;
  metrics.watch({
    batchesInFlight: () => inFlight,
    queueDepth: (priority) => (priority === "opening" ? 7 : 0),
    clockOffsetMs: () => 0,
    noticesWaiting: () => 5,
  });
  expect(await samples(/^tollgate_notices_waiting/)).toEqual(["tollgate_notices_waiting 5"]);
  expect(await samples(/^tollgate_(batches_in_flight|queue)/)).toEqual([
    "tollgate_batches_in_flight 3",
    'tollgate_queue_operations{priority="continuing"} 0',
    'tollgate_queue_operations{priority="opening"} 7',
    'tollgate_queue_operations{priority="asking"} 0',
  ]);
  inFlight = 0;
  expect(await samples(/^tollgate_batches_in_flight/)).toEqual(["tollgate_batches_in_flight 0"]);
});

test("shows transfers in transit of all shards as each was last looked at", async () => {
  metrics.noteTransits(0, { underWay: 2, waiting: 1, inDoubt: 0 });
  metrics.noteTransits(1, { underWay: 3, waiting: 0, inDoubt: 1 });
  metrics.noteTransits(0, { underWay: 1, waiting: 4, inDoubt: 0 });
  expect(await samples(/^tollgate_transfers_in_transit/)).toEqual([
    'tollgate_transfers_in_transit{state="underWay"} 4',
    'tollgate_transfers_in_transit{state="waiting"} 4',
    'tollgate_transfers_in_transit{state="inDoubt"} 1',
  ]);
});

test("counts what happens at the edge and in the cache", async () => {
  metrics.countConnection("network", 1);
  metrics.countConnection("network", 1);
  metrics.countConnection("network", -1);
  metrics.countRefusedUpgrade("unauthorized");
  metrics.countClosedConnection("TOO_SLOW");
  metrics.countFrameReceived();
  metrics.countGarbageFrame();
  metrics.countExpiredSessions(5);
  metrics.countStalePlan();
  metrics.countProfileCacheMiss();
  const lines = await samples(/^tollgate_/);
  expect(lines).toEqual(
    expect.arrayContaining([
      'tollgate_connections{role="network"} 1',
      'tollgate_connections{role="business"} 0',
      'tollgate_refused_upgrades_total{reason="unauthorized"} 1',
      'tollgate_closed_connections_total{reason="TOO_SLOW"} 1',
      'tollgate_frames_total{direction="received"} 1',
      'tollgate_frames_total{direction="sent"} 0',
      "tollgate_garbage_frames_total 1",
      "tollgate_expired_sessions_total 5",
      "tollgate_stale_plans_total 1",
      'tollgate_profile_cache_lookups_total{outcome="hit"} 0',
      'tollgate_profile_cache_lookups_total{outcome="miss"} 1',
    ]),
  );
});

test("shows the process and its event loop once it is told to", async () => {
  expect(await samples(/^process_cpu|^nodejs_eventloop/)).toEqual([]);
  metrics.watchProcess();
  metrics.watchProcess();
  const lines = await samples(/^process_cpu_seconds_total|^nodejs_eventloop_lag_p99_seconds/);
  expect(lines).toHaveLength(2);
});
