// The client library against a real WebSocket server that answers as each test tells it.

import { afterEach, expect, test } from "vitest";
import {
  type Script,
  type ScriptedEngine,
  startScriptedEngine,
} from "../../../scripts/testing/scripted-engine.ts";
import { limits } from "../../limits.ts";
import { answerMessage, noticeMessage, refusalMessage } from "../messages.ts";
import { refusal } from "../result-codes.ts";
import { encodeFrame } from "../wire.ts";
import { type Client, createClient } from "./client.ts";
import type { ClientSettings } from "./settings.ts";

const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of toClose.splice(0).reverse()) await each.close();
});

async function engineWith(script: Script, port?: number): Promise<ScriptedEngine> {
  const engine = await startScriptedEngine(script, port);
  toClose.push(engine);
  return engine;
}

function clientOf(
  engines: readonly ScriptedEngine[],
  settings: Partial<ClientSettings> = {},
): Client {
  const endpoints = engines.map((engine) => engine.endpoint);
  const client = createClient({ endpoints, token: "secret", ...settings });
  toClose.push(client);
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const topUp = (requestId: string, accountId = "a-1") => ({
  requestId,
  accountId,
  bucketId: "main",
  amount: 5,
});
const answered = {
  isOk: true,
  value: { remaining: 5, reserved: 0, validUntil: 0, bonuses: [] },
};
const carriesOut: Script = ({ correlation }) =>
  answerMessage("topUp", correlation, { remaining: 5, reserved: 0 });
const isSilent: Script = () => undefined;

/** Refuses the first `times` requests, then carries them out. */
const refusesFirst = (times: number, ...refused: Parameters<typeof refusal>): Script => {
  let left = times;
  return (request, socket) =>
    left-- > 0
      ? refusalMessage(request.correlation, refusal(...refused))
      : carriesOut(request, socket);
};

test("answers come to the request they belong to, in whatever order", async () => {
  const engine = await engineWith(isSilent);
  const client = clientOf([engine]);
  const results = ["r-1", "r-2", "r-3"].map((id) => client.topUp(topUp(id)));
  await until(() => engine.requests.length === 3);
  const [socket] = engine.sockets;
  for (const { correlation, request } of engine.requests.slice().reverse()) {
    const remaining = Number((request as { requestId: string }).requestId.slice(2));
    socket!.send(encodeFrame([answerMessage("topUp", correlation, { remaining, reserved: 0 })]));
  }
  const values = (await Promise.all(results)).map(
    (result) => result.isOk && result.value.remaining,
  );
  expect(values).toEqual([1, 2, 3]);
});

test("what is sent in one turn leaves as one frame", async () => {
  const engine = await engineWith(carriesOut);
  const client = clientOf([engine]);
  await until(() => client.connectionsUp() === 1);
  await Promise.all(Array.from({ length: 100 }, (_, i) => client.topUp(topUp(`r-${i}`))));
  expect(engine.frames.count).toBe(1);
});

test("a final refusal is not repeated", async () => {
  const engine = await engineWith(({ correlation }) =>
    refusalMessage(correlation, refusal("UNKNOWN_BUCKET", "main")),
  );
  const result = await clientOf([engine]).topUp(topUp("r-1"));
  expect(result).toEqual({ isOk: false, error: refusal("UNKNOWN_BUCKET", "main") });
  expect(engine.requests.length).toBe(1);
});

test.each(["TOO_BUSY", "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"] as const)(
  "repeats the same octets after %s, until they are carried out",
  async (code) => {
    const engine = await engineWith(refusesFirst(3, code, "", 5));
    expect(await clientOf([engine]).topUp(topUp("r-1"))).toEqual(answered);
    expect(engine.requests.length).toBe(4);
    for (const { wire } of engine.requests) expect(wire).toEqual(engine.requests[0]!.wire);
  },
);

test("waits at least as long as the server asks", async () => {
  const engine = await engineWith(refusesFirst(1, "TOO_BUSY", "", 200));
  const started = performance.now();
  expect(await clientOf([engine]).topUp(topUp("r-1"))).toEqual(answered);
  expect(performance.now() - started).toBeGreaterThan(200);
});

test("gives the last refusal when there is no time for another attempt", async () => {
  const engine = await engineWith(refusesFirst(9, "TOO_BUSY", "full", 1_000));
  const result = await clientOf([engine], { deadlineMs: 300 }).topUp(topUp("r-1"));
  expect(result).toMatchObject({ isOk: false, error: { code: "TOO_BUSY", detail: "full" } });
});

test("silence until the deadline is an unknown outcome", async () => {
  const engine = await engineWith(isSilent);
  const result = await clientOf([engine]).topUp(topUp("r-1"), { deadlineMs: 100 });
  expect(result).toMatchObject({ isOk: false, error: { code: "OUTCOME_UNKNOWN" } });
});

test("once the outcome is in doubt, a busy server leaves it in doubt", async () => {
  let count = 0;
  const engine = await engineWith(({ correlation }) =>
    refusalMessage(correlation, refusal(count++ === 0 ? "OUTCOME_UNKNOWN" : "TOO_BUSY", "", 5)),
  );
  const result = await clientOf([engine], { deadlineMs: 100 }).topUp(topUp("r-1"));
  expect(engine.requests.length).toBeGreaterThan(1);
  expect(result).toMatchObject({ isOk: false, error: { code: "OUTCOME_UNKNOWN" } });
});

test("a lost connection: the same request goes out again, to another endpoint", async () => {
  const cuts: Script = (_, socket) => {
    socket.terminate();
    return undefined;
  };
  const engines = [await engineWith(cuts), await engineWith(cuts)];
  const client = clientOf(engines);
  await until(() => client.connectionsUp() === 2);
  const result = client.topUp(topUp("r-1"));
  await until(() => engines.some((engine) => engine.requests.length > 0));
  for (const engine of engines) engine.script = carriesOut;
  expect(await result).toEqual(answered);
  const [first, second, ...more] = engines.flatMap((engine) => engine.requests);
  expect(more).toEqual([]);
  expect(second!.wire).toEqual(first!.wire);
});

test("accounts spread over endpoints, fail over and come back to the preferred one", async () => {
  const engines = [await engineWith(carriesOut), await engineWith(carriesOut)];
  const client = clientOf(engines);
  const callAll = () =>
    Promise.all(Array.from({ length: 64 }, (_, i) => client.topUp(topUp(`r-${i}`, `a-${i}`))));
  const accountsAt = (engine: ScriptedEngine) =>
    engine.requests.splice(0).map(({ request }) => (request as { accountId: string }).accountId);
  const [one, other] = engines as [ScriptedEngine, ScriptedEngine];
  await until(() => client.connectionsUp() === 2);
  await callAll();
  const preferred = accountsAt(one);
  expect(preferred.length).toBeGreaterThan(16);
  expect(accountsAt(other).length).toBe(64 - preferred.length);

  await one.close();
  await until(() => client.connectionsUp() === 1);
  await callAll();
  expect(accountsAt(other).length).toBe(64);

  const back = await engineWith(carriesOut, one.port);
  await until(() => client.connectionsUp() === 2);
  await callAll();
  expect(accountsAt(back)).toEqual(preferred);
});

test("a draining server gets no new requests, and its answers still count", async () => {
  const notices: unknown[] = [];
  const engines = [await engineWith(isSilent), await engineWith(isSilent)];
  const client = clientOf(engines, {
    onNotice: (notice, at) => notices.push([notice.resultCode, at]),
  });
  await until(() => client.connectionsUp() === 2);
  const first = client.topUp(topUp("r-1"));
  await until(() => engines.some((engine) => engine.requests.length === 1));
  const draining = engines.find((engine) => engine.requests.length === 1)!;
  const other = engines.find((engine) => engine !== draining)!;
  const [socket] = draining.sockets;
  socket!.send(encodeFrame([noticeMessage("SHUTTING_DOWN", "draining")]));
  await until(() => notices.length === 1);
  expect(notices).toEqual([[7005, draining.endpoint]]);
  other.script = carriesOut;
  expect(await client.topUp(topUp("r-2"))).toEqual(answered);
  expect(other.requests.length).toBe(1);
  socket!.send(encodeFrame([carriesOut(draining.requests[0]!, socket!)]));
  expect(await first).toEqual(answered);
});

test("a request refused by a draining server goes to another one", async () => {
  const drains = refusesFirst(99, "SHUTTING_DOWN", "");
  const engines = [await engineWith(drains), await engineWith(drains)];
  const client = clientOf(engines);
  await until(() => client.connectionsUp() === 2);
  const result = client.topUp(topUp("r-1"));
  await until(() => engines.some((engine) => engine.requests.length === 1));
  for (const engine of engines) if (engine.requests.length === 0) engine.script = carriesOut;
  expect(await result).toEqual(answered);
});

test("beyond the bound of requests in flight the next one is refused at once", async () => {
  const engine = await engineWith(isSilent);
  const client = clientOf([engine], { inFlightMax: 2, deadlineMs: 200 });
  const waiting = [client.topUp(topUp("r-1")), client.topUp(topUp("r-2"))];
  expect(await client.topUp(topUp("r-3"))).toMatchObject({
    isOk: false,
    error: { code: "TOO_BUSY", retryAfterMs: limits.retryAfterMs },
  });
  await Promise.all(waiting);
  expect(await client.topUp(topUp("r-4"))).toMatchObject({ error: { code: "OUTCOME_UNKNOWN" } });
});

test("a value that cannot be is refused before it is sent", async () => {
  const engine = await engineWith(carriesOut);
  const result = await clientOf([engine]).topUp({ ...topUp("r-1"), amount: -1 });
  expect(result).toMatchObject({
    isOk: false,
    error: { code: "INVALID_VALUE", detail: expect.stringMatching(/topUp.amount/) },
  });
  expect(engine.requests.length).toBe(0);
});

test("a message too large for any frame is refused, and its neighbours are not", async () => {
  const engine = await engineWith(carriesOut);
  const client = clientOf([engine]);
  const document = "€".repeat(limits.tariffDocumentLengthMax);
  const [tooLarge, neighbour] = await Promise.all([
    client.publishTariff({ document }),
    client.topUp(topUp("r-1")),
  ]);
  expect(tooLarge).toMatchObject({ isOk: false, error: { code: "FRAME_TOO_LARGE" } });
  expect(neighbour).toEqual(answered);
});

test("without any connection nothing was sent, and the refusal says why", async () => {
  const engine = await engineWith(carriesOut);
  const client = clientOf([engine], { token: "wrong", deadlineMs: 200 });
  const result = await client.topUp(topUp("r-1"));
  expect(result).toMatchObject({
    isOk: false,
    error: { code: "UNREACHABLE", detail: expect.stringMatching(/401/) },
  });
});

test("a request made before the server is there waits for it", async () => {
  const { port, close } = await startScriptedEngine(carriesOut);
  await close();
  const client = clientOf([{ endpoint: `ws://127.0.0.1:${port}` } as ScriptedEngine]);
  const result = client.topUp(topUp("r-1"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await engineWith(carriesOut, port);
  expect(await result).toEqual(answered);
});

test("a silent peer is taken for dead and its requests go elsewhere", async () => {
  const engine = await engineWith(carriesOut);
  const reasons: string[] = [];
  const client = clientOf([engine], {
    pingIntervalMs: 30,
    onConnection: ({ isUp, reason }) => void (isUp || reasons.push(reason)),
  });
  await until(() => client.connectionsUp() === 1);
  const [socket] = engine.sockets;
  socket!.pause();
  expect(await client.topUp(topUp("r-1"))).toEqual(answered);
  expect(reasons).toEqual([expect.stringMatching(/silent/)]);
  expect(engine.requests.length).toBe(1);
});

test("a peer that sends garbage is left, with a close code, and tried again", async () => {
  const engine = await engineWith(carriesOut);
  const closeCodes: number[] = [];
  const client = clientOf([engine]);
  await until(() => client.connectionsUp() === 1);
  const [socket] = engine.sockets;
  socket!.on("close", (code) => closeCodes.push(code));
  socket!.send(Buffer.from("c1", "hex"));
  await until(() => closeCodes.length === 1);
  expect(closeCodes).toEqual([4001]);
  expect(await client.topUp(topUp("r-1"))).toEqual(answered);
});

test("closing gives every request the outcome that is known of it", async () => {
  const engine = await engineWith(isSilent);
  const client = clientOf([engine]);
  await until(() => client.connectionsUp() === 1);
  const result = client.topUp(topUp("r-1"));
  await until(() => engine.requests.length === 1);
  await client.close();
  expect(await result).toMatchObject({ isOk: false, error: { code: "OUTCOME_UNKNOWN" } });
  expect(await client.topUp(topUp("r-2"))).toMatchObject({ error: { code: "UNREACHABLE" } });
  await until(() => engine.sockets.size === 0);
});

test.each<[Partial<ClientSettings>, RegExp]>([
  [{ endpoints: [] }, /no endpoints/],
  [{ endpoints: ["http://127.0.0.1"] }, /not ws:/],
  [{ endpoints: ["127.0.0.1:7600"] }, /not ws:/],
  [{ inFlightMax: 0 }, /inFlightMax/],
])("settings that cannot work are refused: %j", (settings, message) => {
  const given = { endpoints: ["ws://127.0.0.1:1"], token: "secret", ...settings };
  expect(() => createClient(given)).toThrow(message);
});
