// How many messages each half hour of a day may bring, for the part of the curve that has not been
// played yet. Only the shape counts.

import { dayMs } from "../traffic/day.ts";
import { hourlyShapes, shapeAt } from "../traffic/hourly-shape.ts";
import {
  callDurationSeconds,
  callsPerDay,
  dataKinds,
  messagesPerDay,
  quotaOctets,
  quotaSeconds,
} from "../traffic/kinds.ts";
import { halfHoursPerDay } from "./tally.ts";

/** A session begins and ends once; between lies a message for every quota that it uses up. */
const messagesPerSession = (quotas: number): number => 2 + quotas;

const kinds = [
  ...dataKinds.map(({ shape, startsPerDay, durationSeconds, octetsPerSecond, groups }) => {
    const octets = durationSeconds.mean * octetsPerSecond.mean;
    const quotas = groups.reduce((sum, { ratingGroup, share }) => {
      return sum + (octets * share) / (quotaOctets.get(ratingGroup) ?? octets);
    }, 0);
    return { shape, messages: startsPerDay * messagesPerSession(quotas) };
  }),
  {
    shape: hourlyShapes.call,
    messages: callsPerDay * messagesPerSession(callDurationSeconds.mean / quotaSeconds),
  },
  { shape: hourlyShapes.shortMessage, messages: messagesPerDay },
];

/** One relative value for each half hour. */
export const forecast: readonly number[] = Array.from({ length: halfHoursPerDay }, (_, index) => {
  const second = ((index + 0.5) * dayMs) / 1_000 / halfHoursPerDay;
  return kinds.reduce((sum, { shape, messages }) => sum + shapeAt(shape, second) * messages, 0);
});
