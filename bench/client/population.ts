// The open sessions of a measurement in arrays by session number, so that neither an object nor a
// look-up stands between an answer and the session's next update. They are the sessions of the
// steady traffic; an update reports the group whose quota is used up and asks for the next one.

import { assert } from "../../engine/values/assert.ts";
import { nextUint32, type Random } from "../../engine/values/random.ts";
import type { SessionGroup, TrafficSession } from "../traffic/session.ts";
import { makeUpdateTemplate, type UpdateTemplate } from "./update-template.ts";

/** A page around a video is what makes two groups. */
const groupsMax = 2;

export type Population = {
  readonly size: number;
  /** All templates one after another. */
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly startAt: Uint32Array;
  readonly length: Uint16Array;
  readonly sequenceAt: Uint16Array;
  readonly timestampAt: Uint16Array;
  readonly ratingGroupAt: Uint16Array;
  readonly requestedUnitAt: Uint16Array;
  readonly usedUnitAt: Uint16Array;
  /** Of the next update. */
  readonly sequence: Uint32Array;
  /** Every how many updates the second group is used up; 0: there is none. */
  readonly secondEvery: Uint16Array;
  /** Two places for each session. */
  readonly ratingGroup: Uint32Array;
  readonly quota: Uint32Array;
  readonly granted: Uint32Array;
  /** What is left of a grant is less than this: one packet of octets, or a second. */
  readonly smallestUse: Uint16Array;
  /** Which group the update under way speaks of. */
  readonly asked: Uint8Array;
};

/** All sessions are open and have their first grants. */
export const openPopulation = (sessions: readonly TrafficSession[]): Population => {
  const templates = sessions.map(makeUpdateTemplate);
  const size = sessions.length;
  const bytes = Buffer.concat(templates.map((template) => template.bytes));
  const pick = (place: (template: UpdateTemplate) => number) => Uint16Array.from(templates, place);
  const groups = (value: (group: SessionGroup) => number) =>
    Uint32Array.from({ length: size * groupsMax }, (_, index) => {
      const group = sessions[Math.floor(index / groupsMax)]?.groups[index % groupsMax];
      return group === undefined ? 0 : value(group);
    });
  const startAt = new Uint32Array(size);
  for (let i = 1; i < size; i++) {
    startAt[i] = (startAt[i - 1] as number) + (templates[i - 1]?.bytes.length ?? 0);
  }
  return {
    size,
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    startAt,
    length: pick((template) => template.bytes.length),
    sequenceAt: pick((template) => template.sequenceAt),
    timestampAt: pick((template) => template.timestampAt),
    ratingGroupAt: pick((template) => template.ratingGroupAt),
    requestedUnitAt: pick((template) => template.requestedUnitAt),
    usedUnitAt: pick((template) => template.usedUnitAt),
    sequence: Uint32Array.from(sessions, ({ sequence }) => sequence),
    secondEvery: Uint16Array.from(sessions, secondEveryOf),
    ratingGroup: groups(({ ratingGroup }) => ratingGroup),
    quota: groups(({ quota }) => quota),
    granted: groups(({ granted }) => granted),
    smallestUse: Uint16Array.from(sessions, ({ groups: [first] }) => first?.smallestUse ?? 1),
    asked: new Uint8Array(size),
  };
};

/** Makes the session's template its next update; it must not have one under way. */
export const prepareUpdate = (
  population: Population,
  session: number,
  eventTimestamp: number,
  random: Random,
): void => {
  const { view } = population;
  const start = population.startAt[session] as number;
  const sequence = population.sequence[session] as number;
  const every = population.secondEvery[session] as number;
  const asked = every > 0 && sequence % every === 0 ? 1 : 0;
  const group = session * groupsMax + asked;
  const granted = population.granted[group] as number;
  const spared = nextUint32(random) % (population.smallestUse[session] as number);
  population.asked[session] = asked;
  view.setUint32(start + correlationAt, session + 1);
  view.setUint32(start + (population.sequenceAt[session] as number), sequence);
  view.setFloat64(start + (population.timestampAt[session] as number), eventTimestamp);
  view.setUint32(
    start + (population.ratingGroupAt[session] as number),
    population.ratingGroup[group] as number,
  );
  view.setUint32(
    start + (population.requestedUnitAt[session] as number),
    population.quota[group] as number,
  );
  view.setUint32(
    start + (population.usedUnitAt[session] as number),
    granted > spared ? granted - spared : granted,
  );
};

/** The answer to the update under way has come. */
export const settleUpdate = (population: Population, session: number, granted: number): void => {
  population.granted[session * groupsMax + (population.asked[session] as number)] = granted;
  population.sequence[session] = (population.sequence[session] as number) + 1;
};

/** The same in every message: array head, operation, then the correlation behind its tag. */
const correlationAt = makeUpdateTemplate({
  sessionId: "",
  subscriberIdentifier: "",
  serviceInformation: null,
}).correlationAt;

/** By how much faster the first group uses its quota up; the slower one is second. */
function secondEveryOf({ groups: [first, second, ...others] }: TrafficSession): number {
  assert(first !== undefined && others.length === 0, "a session has one or two groups");
  if (second === undefined) return 0;
  const ratio = first.unitsPerMs / first.quota / (second.unitsPerMs / second.quota);
  return 1 + Math.max(1, Math.round(ratio));
}
