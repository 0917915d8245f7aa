// A tariff document (JSON) into a tariff, or every problem it has, each with its place. Money in
// documents is a decimal string of the currency's major unit; it becomes micros here, once,
// exactly.

import { limits } from "../limits.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { CompiledRatingGroup, CompiledTariff } from "./compiled-tariff.ts";
import { currencies } from "./currencies.ts";
import {
  elementsOf,
  fieldOf,
  identifier,
  isGiven,
  isObjectOf,
  isRecord,
  notebook,
  noteInstead,
  readFlag,
  readInstant,
  readOneOf,
  readText,
  type Spot,
  show,
} from "./document-reader.ts";
import { parseBonusRules } from "./parse-bonus-rules.ts";
import type { Names } from "./parse-conditions.ts";
import {
  parseClosedUserGroups,
  parseFreeNumbers,
  parseNetworkZones,
  parseZones,
} from "./parse-numbering.ts";
import { parseRatingGroup, type Scope } from "./parse-rating-group.ts";
import { parseTimeBands } from "./parse-time-bands.ts";
import { noteRepeatedNames } from "./repeated-names.ts";

/** The zones of a published rate deck; undefined: there is no such deck. */
export type DeckZones = (deckId: string) => Names | undefined;

const fields = [
  ...["tariffId", "currency", "effectiveFrom", "timeZone", "taxIncluded", "openSessions"],
  ...["holidays", "timeBands", "zones", "rateDeck", "networks", "closedUserGroups"],
  ...["freeNumbers", "ratingGroups", "bonusRules"],
];
const anyName: Names = { has: () => true };
const noName: Names = { has: () => false };

/**
 * Without `deckZones` a rate deck is taken to be there and to have every zone that is asked for: so
 * documents are read that were checked when they were published.
 */
export const parseTariff = (
  document: string,
  deckZones: DeckZones = () => anyName,
): Result<CompiledTariff, readonly string[]> => {
  if (document.length > limits.tariffDocumentLengthMax) {
    return err([`the document: more than ${limits.tariffDocumentLengthMax} characters`]);
  }
  const json = parseJson(document);
  if (!isRecord(json)) return err(["the document is not a JSON object"]);
  const { note, problems } = notebook();
  noteRepeatedNames(document, note);
  const tariff = readTariff({ value: json, place: "", note }, deckZones);
  return problems().length > 0 ? err(problems()) : ok(tariff);
};

const readTariff = (spot: Spot, deckZones: DeckZones): CompiledTariff => {
  isObjectOf(spot, fields);
  const tariffId = readText(fieldOf(spot, "tariffId"), identifier);
  const currency = readCurrency(fieldOf(spot, "currency"));
  const effectiveFrom = readInstant(fieldOf(spot, "effectiveFrom"));
  const isTaxIncluded = readFlag(fieldOf(spot, "taxIncluded"));
  const openSessions = readOpenSessions(fieldOf(spot, "openSessions"));
  const { timeZone, timeBands, timeBandIds } = parseTimeBands(spot);
  const zones = parseZones(spot);
  const deck = readRateDeck(fieldOf(spot, "rateDeck"), deckZones);
  const networks = parseNetworkZones(spot);
  const closedUserGroups = parseClosedUserGroups(spot);
  const freeNumbers = parseFreeNumbers(spot);
  const declared = {
    zones: { has: (id: string) => zones.ids.has(id) || deck.zones.has(id) },
    networks: networks.ids,
    closedUserGroups: closedUserGroups.ids,
    timeBands: timeBandIds,
  };
  const ratingGroups = readRatingGroups(fieldOf(spot, "ratingGroups"), { declared, timeBands });
  const bonusRules = parseBonusRules(fieldOf(spot, "bonusRules"));
  return {
    bonusRules,
    ...{ tariffId, currency, effectiveFrom, isTaxIncluded, openSessions, timeZone },
    timeBands: timeBandIds.size === 0 ? undefined : timeBands,
    ratingGroups,
    zones: zones.idsByPrefix,
    rateDeckId: deck.rateDeckId,
    networkZones: networks.idsByPrefix,
    closedUserGroups: closedUserGroups.idsByPrefix,
    freeNumbers,
    dimensions: new Set([...ratingGroups.values()].flatMap((one) => [...one.namedValues.keys()])),
  };
};

const readCurrency = (spot: Spot): string => {
  const isKnown = typeof spot.value === "string" && currencies.has(spot.value);
  if (!isKnown) noteInstead(spot, "an ISO 4217 code");
  return isKnown ? String(spot.value) : "";
};

const readOpenSessions = (spot: Spot) =>
  isGiven(spot) ? readOneOf(spot, ["keep", "switch"]) : "keep";

/** Where the deck's id cannot be read, its zones are not blamed. */
const readRateDeck = (spot: Spot, deckZones: DeckZones) => {
  if (!isGiven(spot)) return { rateDeckId: undefined, zones: noName };
  const rateDeckId = readText(spot, identifier);
  const zones = rateDeckId === "" ? anyName : deckZones(rateDeckId);
  if (zones === undefined) spot.note(spot.place, `unknown rate deck ${show(rateDeckId)}`);
  return { rateDeckId, zones: zones ?? anyName };
};

const readRatingGroups = (spot: Spot, scope: Scope) => {
  const ratingGroups = new Map<number, CompiledRatingGroup>();
  for (const element of elementsOf(spot, 1, limits.ratingGroupsPerTariffMax)) {
    const group = parseRatingGroup(element, scope);
    if (group === undefined) continue;
    const { value, place, note } = fieldOf(element, "ratingGroup");
    // One that could not be read stands here as 0, and is told of already.
    const isRead = value === group.ratingGroup;
    if (isRead && ratingGroups.has(group.ratingGroup)) {
      note(place, `${group.ratingGroup} is in the document already`);
    }
    ratingGroups.set(group.ratingGroup, group);
  }
  return ratingGroups;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
