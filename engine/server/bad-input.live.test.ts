// Everything that a peer can do wrong, done to a whole engine over both listeners: each gets its
// number or a reasoned close, no account or rate deck changes by one octet, and the journal tells
// of no change.

import { Packr } from "msgpackr";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  businessClient,
  businessToken,
  createCleanUp,
  type EngineUnderTest,
  networkToken,
  readMetric,
  startEngineHere,
  until,
} from "../../scripts/testing/engine.ts";
import { journalRecords } from "../../scripts/testing/journal-records.ts";
import { dial, dialRaw, upgradeRequest } from "../../scripts/testing/listener.ts";
import { openRawPeer, type RawPeer, resultOf, wireOf } from "../../scripts/testing/raw-peer.ts";
import { redisOfFile } from "../../scripts/testing/redis-of-file.ts";
import {
  accountOf,
  answered,
  cent,
  eventOf,
  mebi,
  message,
  openAccount,
  past,
  sessionMessage,
  tariffDocument,
  unpriced,
  usageOf,
  web,
} from "../../scripts/testing/subscribers.ts";
import { listenerKinds } from "../config.ts";
import { limits } from "../limits.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { WireMessage } from "../protocol/messages.ts";
import { operations } from "../protocol/operations.ts";
import { encodeFrame } from "../protocol/wire.ts";
import { streamJournal } from "../store/journal.ts";
import { keys } from "../store/keys.ts";

const redis = redisOfFile();
const cleanUp = createCleanUp();
afterAll(cleanUp.run);

/** Writes what the protocol does not allow as well. */
const packr = new Packr({ useRecords: false, variableMapSize: true });
const pack = (value: unknown): Uint8Array => Uint8Array.from(packr.pack(value));
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

const id = "target";
/** An account whose only product is over. */
const late = "late";
const accounts = [id, late, "other"];
const upload = { rateDeckId: "world", uploadId: "bad" };
const noticeOf = (sessionId: string | null, accountId = id) =>
  ({ requestId: "bad", accountId, sessionId, kind: "abort", reason: "bad" }) as const;
/** Valid messages to spoil, each with its fields by name; none of them is ever sent whole. */
const openSession = { sessionId: "open", sequence: 1 };
const bad = eventOf(id, "bad", { ratingGroup: message, usedUnit: 1 });
const messages = {
  initiate: () => wireOf("initiate", sessionMessage(id, "new", 0, usageOf(web, 0))),
  update: () =>
    wireOf("update", {
      ...sessionMessage(id, "x", 0, usageOf(web, mebi, mebi)),
      ...openSession,
    }),
  event: () => wireOf("event", eventOf(id, "bad", { ratingGroup: message, usedUnit: 1 })),
  topUp: () => wireOf("topUp", { requestId: "bad", accountId: id, bucketId: "main", amount: 1 }),
  putAccount: () => wireOf("putAccount", accountOf(id)),
  queryBalance: () => wireOf("queryBalance", { subscriberIdentifier: `msisdn-${id}` }),
  refund: () => wireOf("refund", { ...bad, refundedRequestId: "none" }),
  priceEnquiry: () => wireOf("priceEnquiry", eventOf(id, "", { ratingGroup: web, usedUnit: 1 })),
  putRateDeckPart: () => wireOf("putRateDeckPart", { ...upload, part: 0, lines: "336,FR\n" }),
  publishRateDeck: () => wireOf("publishRateDeck", { ...upload, parts: 1 }),
  acknowledgeNotice: () => wireOf("acknowledgeNotice", { noticeId: "0-1", resultCode: 2001 }),
  requestNotice: () => wireOf("requestNotice", noticeOf("open")),
  explain: () => wireOf("explain", { accountId: id, journalId: "1-0", index: 0 }),
};
const business: readonly (keyof typeof messages)[] = [
  ...(["topUp", "putAccount", "putRateDeckPart", "publishRateDeck", "explain"] as const),
  "requestNotice",
];

/** With the value at `path` replaced. */
const spoil = (wire: unknown, path: readonly number[], value: unknown): unknown => {
  const [at, ...rest] = path;
  if (at === undefined) return value;
  const copy = [...(wire as unknown[])];
  copy[at] = spoil(copy[at], rest, value);
  return copy;
};

describe.each(listenerKinds)("over %s,", (listener) => {
  let engine: EngineUnderTest;
  let network: RawPeer;
  let bss: RawPeer;
  let before: unknown;

  const journal = streamJournal((name, ...rest) => redis.client.callBuffer(name, ...rest));

  /** Every account, how much the journal has that changed something, everything of rate decks. */
  const written = async () => [
    await redis.client.keys("{0}:upload:*"),
    await redis.client.get(keys.tariffVersion),
    await redis.client.mgetBuffer(accounts.map((account) => keys.account(0, account))),
    (await journalRecords({ journal })).length,
  ];

  beforeAll(async () => {
    engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, listener }));
    const client = businessClient([engine]);
    answered(await client.publishTariff({ document: tariffDocument() }));
    for (const account of accounts) {
      const products = [{ ...accountOf(account).products[0]!, validUntil: past + 1 }];
      const changes = account === late ? { products } : {};
      await openAccount(client, accountOf(account, changes), { main: 500 * cent });
    }
    await client.close();
    const peer = await openRawPeer(engine);
    // By the first listener; the second finds it open.
    await peer.ask(wireOf("initiate", sessionMessage(id, "open", 0, usageOf(web, 0))));
    await peer.close();
  });

  beforeEach(async () => {
    network = await openRawPeer(engine);
    bss = await openRawPeer(engine, businessToken);
    before = await written();
  });

  afterEach(async () => {
    await network.close();
    await bss.close();
    expect(await written()).toEqual(before);
    // Whatever it was, the engine serves on.
    const peer = await openRawPeer(engine);
    expect((await peer.ask(messages.queryBalance())).map(resultOf)).toEqual(["SUCCESS"]);
    await peer.close();
  });

  const sound = encodeFrame([messages.queryBalance()]);
  const frames: readonly (readonly [string, () => Uint8Array, string, string])[] = [
    ["nothing at all", () => new Uint8Array(0), "MALFORMED_FRAME", "not an array"],
    ["a number", () => pack(7), "MALFORMED_FRAME", "not an array"],
    ["a map", () => pack({ a: 1 }), "MALFORMED_FRAME", "not an array"],
    ["a frame cut short", () => sound.slice(0, -1), "MALFORMED_FRAME", "ends before"],
    ["octets after the end", () => Buffer.concat([sound, sound]), "MALFORMED_FRAME", "after"],
    [
      "a count of 2^32 - 1 elements",
      () => Uint8Array.from([0xdd, 0xff, 0xff, 0xff, 0xff]),
      "MALFORMED_FRAME",
      "ends before",
    ],
    [
      "a string that is not UTF-8",
      () => Uint8Array.from([0x91, 0x92, 0x05, 0xa2, 0xc0, 0x80]),
      "MALFORMED_FRAME",
      "UTF-8",
    ],
    ["seventeen arrays in each other", () => pack(nested(17)), "FRAME_TOO_DEEP", "16"],
    [
      "a million arrays in each other",
      () => new Uint8Array(limits.frameBytesMax).fill(0x91),
      "FRAME_TOO_DEEP",
      "16",
    ],
    ["a map inside", () => pack([[5, 1, { a: 1 }]]), "TYPE_NOT_ALLOWED", "map"],
    ["octets inside", () => pack([[5, 1, Buffer.from("x")]]), "TYPE_NOT_ALLOWED", "bin"],
    ["a moment inside", () => pack([[5, 1, new Date(0)]]), "TYPE_NOT_ALLOWED", "ext"],
    ["an unused type", () => Uint8Array.from([0x91, 0xc1]), "TYPE_NOT_ALLOWED", "0xc1"],
    [
      "more messages than a frame may have",
      () => pack(new Array(limits.frameMessagesMax + 1).fill([5, 1, "a"])),
      "FRAME_TOO_LARGE",
      "1024",
    ],
    [
      "more arrays than a frame may have",
      () => pack(new Array(64).fill(new Array(limits.frameArraysMax / 64).fill([]))),
      "FRAME_TOO_LARGE",
      "arrays",
    ],
    ["a message that is a number", () => pack([7]), "MALFORMED_MESSAGE", "not an array"],
    ["a message that is nothing", () => pack([null]), "MALFORMED_MESSAGE", "not an array"],
    ["a message that is empty", () => pack([[]]), "MALFORMED_MESSAGE", "correlation"],
    ["no correlation", () => pack([[5]]), "MALFORMED_MESSAGE", "correlation"],
    ["the correlation 0", () => pack([[5, 0, "a"]]), "MALFORMED_MESSAGE", "correlation"],
    ["a negative correlation", () => pack([[5, -1, "a"]]), "MALFORMED_MESSAGE", "correlation"],
    ["half a correlation", () => pack([[5, 0.5, "a"]]), "MALFORMED_MESSAGE", "correlation"],
    ["a correlation of 2^32", () => pack([[5, 2 ** 32, "a"]]), "MALFORMED_MESSAGE", "correlation"],
    ["a correlation in words", () => pack([[5, "one", "a"]]), "MALFORMED_MESSAGE", "correlation"],
  ];

  test.each(frames)("a frame of %s is told by a notice", async (_, octets, code, detail) => {
    network.send(octets());
    const [told, why] = await network.notice();
    expect(told).toBe(code);
    expect(why).toContain(detail);
    expect((await network.ask(messages.queryBalance())).map(resultOf)).toEqual(["SUCCESS"]);
  });

  test("a frame without messages is no offence", async () => {
    for (let i = 0; i < 2 * limits.garbageFramesPerConnectionMax; i++) network.send(pack([]));
    expect((await network.ask(messages.queryBalance())).map(resultOf)).toEqual(["SUCCESS"]);
    expect(network.frames).toHaveLength(1);
  });

  test.each([0, 63, 64, 65, 72, 127, 128, 129, 255, -1, 1.5, 2 ** 31, 2 ** 53, Number.NaN])(
    "operation %d is unknown",
    async (number) => {
      const wire = messages.update().with(0, number);
      expect((await network.ask(wire)).map(resultOf)).toEqual(["UNKNOWN_OPERATION"]);
    },
  );

  test.each(["1", null, true, [1]])("operation %j is no operation", async (number) => {
    const wire = messages.update().with(0, number);
    expect((await network.ask(wire)).map(resultOf)).toEqual(["MALFORMED_MESSAGE"]);
  });

  const amounts: readonly (readonly [keyof typeof messages, readonly number[], string])[] = [
    ["topUp", [5], "amount"],
    ["event", [5, 0, 1], "usedUnits[0].usedUnit"],
    ["refund", [6, 0, 1], "usedUnits[0].usedUnit"],
    ["priceEnquiry", [4, 0, 1], "usedUnits[0].usedUnit"],
    ["update", [6, 0, 1], "multipleUnitUsage[0].requestedUnit"],
    ["update", [6, 0, 2], "multipleUnitUsage[0].usedUnit"],
  ];
  const noAmounts = [
    ...[-1, -(2 ** 53), 0.5, 1e-300, 2 ** 53, 1e300, Number.NaN],
    ...[Number.POSITIVE_INFINITY, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)],
    ...["5", "", true, [5], []],
  ];

  test.each(amounts)(
    "%s at %j: no amount that is none, nor beyond 2^53",
    async (name, path, field) => {
      const peer = business.includes(name) ? bss : network;
      for (const value of noAmounts) {
        const wire = spoil(messages[name](), path, value) as WireMessage;
        const [answer] = await peer.ask(wire);
        expect([value, resultOf(answer!)]).toEqual([value, "INVALID_VALUE"]);
        expect(answer?.[3]).toContain(field);
      }
    },
  );

  const identifiers: readonly (readonly [keyof typeof messages, readonly number[]])[] = [
    ["initiate", [2]],
    ["initiate", [4]],
    ["event", [2]],
    ["event", [3]],
    ["refund", [2]],
    ["refund", [3]],
    ["refund", [5]],
    ["priceEnquiry", [2]],
    ["topUp", [2]],
    ["topUp", [3]],
    ["topUp", [4]],
    ["queryBalance", [2]],
    ["putAccount", [2]],
    ["putAccount", [4, 0]],
    ["putAccount", [6, 0, 0]],
    ["putRateDeckPart", [2]],
    ["putRateDeckPart", [3]],
    ["publishRateDeck", [2]],
    ["publishRateDeck", [3]],
    ["acknowledgeNotice", [2]],
    ["requestNotice", [2]],
    ["requestNotice", [3]],
    ["requestNotice", [6]],
  ];
  const noIdentifiers = ["", " ", "a b", "a\n", "ä", "\u0000", "x".repeat(129), 7, null, ["a"]];

  test.each(identifiers)("%s at %j: no identifier that is none", async (name, path) => {
    const peer = business.includes(name) ? bss : network;
    for (const value of noIdentifiers) {
      const [answer] = await peer.ask(spoil(messages[name](), path, value) as WireMessage);
      expect([value, resultOf(answer!)]).toEqual([value, "INVALID_VALUE"]);
    }
  });

  test("fields that are missing, too many or of another type are named", async () => {
    for (const [name, make] of Object.entries(messages)) {
      const peer = business.includes(name as keyof typeof messages) ? bss : network;
      const whole = make();
      const spoilt: WireMessage[] = [[...whole, null]];
      const fields = Object.values(operations[name as keyof typeof messages].request);
      // Optional fields at the end may be left out; any other may not.
      const required = 2 + fields.filter(({ isOptional }) => !isOptional).length;
      for (let length = 2; length < required; length++) spoilt.push(whole.slice(0, length));
      for (const [index, { decode }] of fields.entries()) {
        for (const value of [true, 0.5, [[[]]]]) {
          if (decode(value) === undefined) spoilt.push(whole.with(2 + index, value));
        }
      }
      for (const wire of spoilt) {
        const [answer] = await peer.ask(wire);
        expect([name, wire, resultOf(answer!)]).toEqual([name, wire, "INVALID_VALUE"]);
        expect(answer?.[3]).not.toBe("");
      }
    }
  });

  const now = () => Date.now();
  const impossible: readonly (readonly [string, () => WireMessage, string])[] = [
    [
      "a session of tomorrow",
      () => messages.update().with(5, now() + limits.eventAheadMsMax + 60_000),
      "INVALID_VALUE",
    ],
    [
      "a session of the day before yesterday",
      () => messages.update().with(5, now() - limits.eventAgeMsMax - 60_000),
      "INVALID_VALUE",
    ],
    ["an event of tomorrow", () => messages.event().with(4, now() + 86_400_000), "INVALID_VALUE"],
    ["an old event", () => messages.event().with(4, now() - 86_400_000), "EVENT_TOO_OLD"],
    ["a moment beyond time", () => messages.update().with(5, 8.64e15 + 1), "INVALID_VALUE"],
    ["a negative moment", () => messages.update().with(5, -1), "INVALID_VALUE"],
    ["a sequence of 2^32", () => messages.update().with(3, 2 ** 32), "INVALID_VALUE"],
    [
      "usage before the session is open",
      () => wireOf("initiate", sessionMessage(id, "new", 0, usageOf(web, 0, 1))),
      "INVALID_VALUE",
    ],
    [
      "a rating group twice",
      () => wireOf("initiate", sessionMessage(id, "new", 0, usageOf(web, 0), usageOf(web, 0))),
      "INVALID_VALUE",
    ],
    [
      "a rating group twice in an event",
      () =>
        wireOf(
          "event",
          eventOf(id, "bad", { ratingGroup: web, usedUnit: 1 }, { ratingGroup: web, usedUnit: 1 }),
        ),
      "INVALID_VALUE",
    ],
    [
      "seventeen rating groups",
      () => {
        const groups = Array.from({ length: 17 }, (_, i) => usageOf(i, 0));
        return wireOf("initiate", sessionMessage(id, "new", 0, ...groups));
      },
      "INVALID_VALUE",
    ],
    [
      "an unknown subscriber",
      () => wireOf("initiate", sessionMessage("no-one", "new", 0, usageOf(web, 0))),
      "USER_UNKNOWN",
    ],
    [
      "an unknown session",
      () => wireOf("update", sessionMessage(id, "none", 1, usageOf(web, 0, mebi))),
      "UNKNOWN_SESSION_ID",
    ],
    [
      "a session of another account",
      () => wireOf("update", sessionMessage("other", "open", 1, usageOf(web, 0, mebi))),
      "UNKNOWN_SESSION_ID",
    ],
    ["a gap in the sequence", () => messages.update().with(3, 2), "SEQUENCE_GAP"],
    ["a repetition that differs", () => messages.update().with(3, 0), "REQUEST_CONFLICT"],
    [
      "an event without a price",
      () => wireOf("event", eventOf(id, "bad", { ratingGroup: unpriced, usedUnit: 1 })),
      "RATING_FAILED",
    ],
    [
      "an event of more than there is",
      () => wireOf("event", eventOf(id, "bad", { ratingGroup: message, usedUnit: 2 ** 53 - 1 })),
      "CREDIT_LIMIT_REACHED",
    ],
    [
      "an event when the product is over",
      () => wireOf("event", eventOf(late, "bad", { ratingGroup: message, usedUnit: 1 })),
      "END_USER_SERVICE_DENIED",
    ],
    ["a refund of nothing", () => messages.refund().with(6, [[message, 0]]), "INVALID_VALUE"],
    ["a refund of an unknown event", () => messages.refund(), "UNKNOWN_REQUEST_ID"],
    ["an old refund", () => messages.refund().with(4, now() - 86_400_000), "EVENT_TOO_OLD"],
    [
      "a refund of a rating group twice",
      () =>
        messages.refund().with(6, [
          [message, 1],
          [message, 1],
        ]),
      "INVALID_VALUE",
    ],
    [
      "an enquiry of tomorrow",
      () => messages.priceEnquiry().with(3, now() + 86_400_000),
      "INVALID_VALUE",
    ],
    [
      "an enquiry of a rating group twice",
      () =>
        messages.priceEnquiry().with(4, [
          [message, 1],
          [message, 1],
        ]),
      "INVALID_VALUE",
    ],
    ["a top-up by the network", () => messages.topUp(), "AUTHORIZATION_REJECTED"],
  ];

  test.each(impossible)("%s is refused", async (_, make, code) => {
    expect((await network.ask(make())).map(resultOf)).toEqual([code]);
  });

  const badAccounts: readonly (readonly [string, readonly number[], unknown, string])[] = [
    ["a currency that is none", [3], "euro", "INVALID_VALUE"],
    ["an unknown unit", [6, 0, 1], 5, "INVALID_VALUE"],
    ["a negative unit", [6, 0, 1], -1, "INVALID_VALUE"],
    ["a validity of nothing", [5, 0, 3], past, "INVALID_VALUE"],
    [
      "sixty-five identifiers",
      [4],
      Array.from({ length: 65 }, (_, i) => `i-${i}`),
      "INVALID_VALUE",
    ],
    ["a rule of no kind", [9], [["r", 0, 60]], "INVALID_VALUE"],
    ["a rule of two kinds", [9], [["r", 0, 60, [1], null, [1]]], "INVALID_VALUE"],
    ["a rule of a third mode", [9], [["r", 2, 60, [1]]], "INVALID_VALUE"],
    ["a rule without a window", [9], [["r", 0, 0, [1]]], "INVALID_VALUE"],
    ["two rules of one name", [9], ["r", "r"].map((id) => [id, 0, 60, [1]]), "INVALID_VALUE"],
    [
      "nine rules",
      [9],
      Array.from({ length: 9 }, (_, i) => [`r${i}`, 0, 60, [1]]),
      "INVALID_VALUE",
    ],
    ["an identifier of another account", [4, 0], "msisdn-other", "IDENTIFIER_TAKEN"],
    ["a full bucket left out", [6], [], "BUCKET_NOT_EMPTY"],
  ];

  test.each(badAccounts)("an account with %s is refused", async (_, path, value, code) => {
    const wire = spoil(messages.putAccount(), path, value) as WireMessage;
    expect((await bss.ask(wire)).map(resultOf)).toEqual([code]);
  });

  test.each([2, -1, 0.5, "abort", true, null])(
    "a notice of the kind %j is refused",
    async (kind) => {
      const answers = await bss.ask(messages.requestNotice().with(5, kind));
      expect(answers.map(resultOf)).toEqual(["INVALID_VALUE"]);
    },
  );

  const noNumbers = [-1, 0.5, limits.rateDeckPartsMax + 1, 2 ** 53, "1", null];

  test.each(noNumbers)("a rate deck with the part %j is refused", async (value) => {
    const part = messages.putRateDeckPart().with(4, value);
    const answers = await bss.ask(part, messages.publishRateDeck().with(4, value));
    expect(answers.map(resultOf)).toEqual(["INVALID_VALUE", "INVALID_VALUE"]);
  });

  const badLines: readonly (readonly [string, string, string])[] = [
    ["nothing", "", "no rows"],
    ["a line that is no row", "336 FR\n", '"336 FR" is not prefix,zone'],
    ["an empty line", "336,FR\n\n337,FR\n", 'line 2: "" is not prefix,zone'],
    ["a formula", "=1+2,FR\n", 'prefix "=1+2": digits only'],
    ["a formula for a zone", "336,=cmd| /C calc\n", "no spaces"],
    ["a number with a sign", "+336,FR\n", "digits only"],
    ["digits that are none of ours", "٣٣٦,FR\n", "digits only"],
    ["twenty-one digits", `${"1".repeat(21)},FR\n`, "more than 20 digits"],
    ["a prefix twice", "336,FR\n336,DE\n", 'prefix "336" is in the deck already, in zone FR'],
    ["ends of lines of Windows", "336,FR\r\n", "no spaces"],
    ["a mark of UTF-8", "\ufeff336,FR\n", "digits only"],
    ["a name in Latin-1 read as UTF-8", "336,C\ufffdte\n", "no spaces"],
    ["no zone", "336,\n", "1 to 128 ASCII characters"],
    ["a zone of 129 characters", `336,${"x".repeat(129)}\n`, "1 to 128 ASCII characters"],
  ];

  test.each(badLines)("lines of a rate deck with %s are refused", async (_, lines, reason) => {
    const [answer] = await bss.ask(messages.putRateDeckPart().with(5, lines));
    expect(resultOf(answer!)).toBe("RATE_DECK_INVALID");
    expect(answer?.[3]).toContain(reason);
  });

  test("lines of a rate deck are refused with all that is wrong, up to a bound", async () => {
    const lines = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? `${n},FR` : `x${n},FR`));
    const [answer] = await bss.ask(messages.putRateDeckPart().with(5, lines.join("\n")));
    const reasons = String(answer?.[3]).split("; ");
    expect(reasons).toHaveLength(limits.rateDeckProblemsShownMax + 1);
    expect(reasons[1]).toBe('part 0, line 4: prefix "x3": digits only, without + or 00');
    expect(reasons.at(-1)).toBe("and 10 more");
  });

  test("a rate deck of which nothing was uploaded is refused", async () => {
    const [answer] = await bss.ask(messages.publishRateDeck());
    expect([resultOf(answer!), answer?.[3]]).toEqual(["RATE_DECK_INVALID", "parts missing: 0"]);
    const [none] = await bss.ask(messages.publishRateDeck().with(4, 0));
    expect([resultOf(none!), none?.[3]]).toEqual(["RATE_DECK_INVALID", "no rows"]);
  });

  test("a top-up beyond 2^53, of no bucket or no account is refused", async () => {
    const topUp = messages.topUp();
    const answers = await bss.ask(
      topUp.with(5, 2 ** 53 - 1),
      messages.topUp().with(4, "no-bucket"),
      messages.topUp().with(3, "no-one"),
    );
    expect(answers.map(resultOf)).toEqual(["AMOUNT_TOO_LARGE", "UNKNOWN_BUCKET", "USER_UNKNOWN"]);
  });

  test("who keeps sending garbage is closed, with the number and the reason", async () => {
    const closed = await readMetric(engine, 'tollgate_closed_connections_total{reason="GARBAGE"}');
    for (let i = 0; i < limits.garbageFramesPerConnectionMax; i++) network.send(pack(7));
    const { code, reason } = await network.ended;
    expect([code, reason]).toEqual([closeCodes.GARBAGE.number, expect.stringContaining("8")]);
    expect(network.frames.flat()).toHaveLength(limits.garbageFramesPerConnectionMax);
    const line = 'tollgate_closed_connections_total{reason="GARBAGE"}';
    expect(await readMetric(engine, line)).toBe(closed + 1);
  });

  test("what follows the last garbage in the same frame is not carried out", async () => {
    const garbage = new Array(limits.garbageFramesPerConnectionMax).fill(7);
    bss.send(pack([...garbage, messages.topUp()]));
    expect((await bss.ended).code).toBe(closeCodes.GARBAGE.number);
    expect((await network.ask(messages.queryBalance())).map(resultOf)).toEqual(["SUCCESS"]);
  });

  test.each([
    ["a wrong token", { token: "w".repeat(43) }, 401, "unauthorized"],
    ["no token", { token: "" }, 401, "unauthorized"],
    ["no subprotocol", { token: networkToken, protocol: "" }, 400, "wrongSubprotocol"],
    ["another subprotocol", { token: networkToken, protocol: "mqtt" }, 400, "wrongSubprotocol"],
    ["another path", { token: networkToken, path: "/charge" }, 404, "wrongPath"],
  ])("a connection with %s does not come about", async (_, options, status, reason) => {
    const line = `tollgate_refused_upgrades_total{reason="${reason}"}`;
    const counted = await readMetric(engine, line);
    expect((await dial(engine.port, options).outcome).status).toBe(status);
    expect(await readMetric(engine, line)).toBe(counted + 1);
  });

  test("a text frame closes with its number", async () => {
    network.socket.send('[[5,1,"msisdn-target"]]');
    expect((await network.ended).code).toBe(closeCodes.TEXT_FRAME.number);
  });

  test("a frame beyond the limit of octets closes with its number", async () => {
    network.send(new Uint8Array(limits.frameBytesMax + 1).fill(0x91));
    expect((await network.ended).code).toBe(closeCodes.TOO_BIG.number);
  });

  test("connections that say nothing, or half of something, keep nobody waiting", async () => {
    const silent = Array.from({ length: 100 }, (_, i) =>
      dialRaw(engine.port, i % 2 === 0 ? "" : upgradeRequest(networkToken).slice(0, 50)),
    );
    const half = dialRaw(engine.port, upgradeRequest(networkToken));
    half.socket.once("data", () => half.socket.write(Buffer.from([0x82, 0xfe, 0x10, 0x00, 1, 2])));
    for (let i = 0; i < 20; i++) {
      expect((await network.ask(messages.queryBalance())).map(resultOf)).toEqual(["SUCCESS"]);
    }
    for (const { socket } of [...silent, half]) socket.destroy();
    const line = 'tollgate_connections{role="network"}';
    await until("half a connection is gone", async () => (await readMetric(engine, line)) === 1);
  });
});
