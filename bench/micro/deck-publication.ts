// A rate deck of 200,000 prefixes, uploaded and published through an engine that charges: how long
// its event loop was busy at a stretch, and how long an update waited, beside the same without a
// publication. The engine that publishes has the most to do: it checks every part and compiles.

import { setTimeout as pause } from "node:timers/promises";
import { writeRateDeckParts } from "../../engine/rating/rate-deck-lines.ts";
import {
  type AnyRequest,
  type DirectEngine,
  openDirectEngine,
} from "../../engine/simulation/direct-engine.ts";
import { randomFrom } from "../../engine/values/random.ts";
import { tariffDocument } from "../../scripts/seed/operator.ts";
import { benchAccount, benchTopUps } from "../client/accounts.ts";
import { median } from "../measurement/median.ts";
import { preciseFigure, renderTable, wholeFigure } from "../report/table.ts";
import { askRedis, startBenchRedis } from "../system/bench-redis.ts";
import { type Charging, chargeWhile } from "./charge-steadily.ts";
import { updateRequest } from "./fixture.ts";
import { drawPrefixes, prefixCount } from "./prefix-match.ts";

export type PublicationFigures = {
  /** With uploading. */
  readonly publishMs: number;
  readonly publishing: readonly Charging[];
  readonly alone: readonly Charging[];
  readonly octetsPerRowInRedis: number;
};

const accounts = 256;
const zones = 300;
/** An engine that has just started stalls by itself. */
const warmUpMs = 3_000;
const rateDeckId = "bench";

export const publications = 9;

export const measurePublication = async (
  count: number,
  onRound: (share: number) => void,
): Promise<PublicationFigures> => {
  const redis = await startBenchRedis("everysec");
  const questions = await askRedis(redis.url);
  const engine = await openDirectEngine({ redisUrl: redis.url, now: Date.now });
  try {
    const prefixes = drawPrefixes(randomFrom(1));
    // Made beforehand, so that no garbage of ours is collected amid a measurement.
    const decks = Array.from({ length: 1 + count }, (_, n) => partsOf(prefixes, n));
    await publishDeck(engine, "u0", decks[0]!);
    await fill(engine);
    const next = updatesOf();
    await chargeWhile(engine, next, pause(warmUpMs));
    const [alone, publishing, took]: [Charging[], Charging[], number[]] = [[], [], []];
    for (let version = 1; version <= count; version++) {
      onRound(version / count);
      const began = performance.now();
      const work = publishDeck(engine, `u${version}`, decks[version]!);
      publishing.push(await chargeWhile(engine, next, work));
      took.push(performance.now() - began);
      alone.push(await chargeWhile(engine, next, pause(took.at(-1))));
    }
    if (engine.faults.length > 0) throw new Error(`a publication failed: ${engine.faults[0]}`);
    const [content] = await questions.keys("{0}:rate-deck:*");
    if (content === undefined) throw new Error("no deck was published");
    const octets = (await questions.memory("USAGE", content, "SAMPLES", 0)) ?? 0;
    return {
      publishMs: median(took),
      ...{ publishing, alone },
      octetsPerRowInRedis: octets / prefixCount,
    };
  } finally {
    await engine.close();
    questions.disconnect();
    await redis.stop();
  }
};

const partsOf = (prefixes: readonly string[], version: number): readonly string[] =>
  writeRateDeckParts(
    prefixes.map((prefix, row) => ({ prefix, zoneId: `zone-${(row + version) % zones}` })),
  );

/** As `npm run deck -- publish` does. */
const publishDeck = async (engine: DirectEngine, uploadId: string, parts: readonly string[]) => {
  for (const [part, lines] of parts.entries()) {
    const request = { rateDeckId, uploadId, part, lines };
    await engine.handle([{ operation: "putRateDeckPart", request }]);
  }
  const request = { rateDeckId, uploadId, parts: parts.length };
  await engine.handle([{ operation: "publishRateDeck", request }]);
};

/** The demo's tariff with a zone in each rating group, and accounts with a session open. */
const fill = async (engine: DirectEngine): Promise<void> => {
  const tariff = JSON.parse(tariffDocument());
  const price = { priceId: "zone-7", when: { zones: ["zone-7"] }, blockUnits: 1, blockPrice: "0" };
  const ratingGroups = tariff.ratingGroups.map((group: object) => ({ ...group, prices: [price] }));
  const document = JSON.stringify({ ...tariff, rateDeck: rateDeckId, ratingGroups });
  await engine.handle([{ operation: "publishTariff", request: { document } }]);
  const numbers = Array.from({ length: accounts }, (_, number) => number);
  await engine.handle(
    numbers.map((number) => ({ operation: "putAccount", request: benchAccount(number) })),
  );
  await engine.handle(
    numbers.flatMap(benchTopUps).map((request) => ({ operation: "topUp", request })),
  );
  await engine.handle(
    numbers.map((number) => {
      const { multipleUnitUsage, ...rest } = updateRequest(number, 0, Date.now());
      const wanted = multipleUnitUsage.map((usage) => ({ ...usage, usedUnit: null }));
      return { operation: "initiate", request: { ...rest, multipleUnitUsage: wanted } };
    }),
  );
};

/** Of one account after the other, each to a number that the deck has to look up. */
const updatesOf = (): (() => AnyRequest) => {
  let count = 0;
  return () => {
    const number = count % accounts;
    const sequence = 1 + Math.floor(count / accounts);
    const calledPartyAddress = `+${1_000_000 + ((count * 7_919) % 8_999_999)}`;
    count += 1;
    const request = updateRequest(number, sequence, Date.now());
    const serviceInformation = { calledPartyAddress, servingNetwork: null };
    return { operation: "update", request: { ...request, serviceInformation } };
  };
};

export const publicationTable = (figures: PublicationFigures): string => {
  const { alone, publishing } = figures;
  const row = (name: string, values: readonly number[]) => [
    name,
    ...[Math.min(...values), median(values), Math.max(...values)].map(preciseFigure),
  ];
  const rows = (what: string, value: (charging: Charging) => number) => [
    row(`${what}, publishing`, publishing.map(value)),
    row(`${what}, without`, alone.map(value)),
  ];
  return [
    renderTable([
      [`${publishing.length} publications of a deck, ms`, "least", "median", "worst"],
      ...rows("longest turn of the event loop", ({ longestTurnMs }) => longestTurnMs),
      ...rows("the same in CPU time", ({ longestTurnCpuMs }) => longestTurnCpuMs),
      ...rows("longest wait of an update", ({ longestWaitMs }) => longestWaitMs),
    ]),
    `${wholeFigure(prefixCount)} prefixes uploaded and published in ` +
      `${wholeFigure(figures.publishMs)} ms; ${preciseFigure(figures.octetsPerRowInRedis)} ` +
      "octets a row in Redis",
  ].join("\n");
};
