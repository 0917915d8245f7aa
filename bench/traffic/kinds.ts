// What a subscriber does on a day, by kind of use: how often, how long, how much, and to which
// rating groups it is charged. The daily totals are published ones; how they split into sessions is
// this model's own choice, made so that the totals come out. Sizes and durations are log-normal, as
// measurements find call holding times (Pattavina and Parini, "Modelling voice call interarrival
// and holding time distributions in mobile networks") and volumes (Zanella et al., ACM IMC 2023).

import type { LogNormal } from "./distributions.ts";
import { type HourlyShape, hourlyShapes, type KindName } from "./hourly-shape.ts";

export const ratingGroups = {
  web: 10,
  video: 20,
  social: 30,
  interactive: 40,
  voiceNational: 100,
  voiceInternational: 101,
  voiceRoaming: 102,
  messageNational: 200,
  messageInternational: 201,
} as const;

const mebi = 1024 * 1024;

/**
 * Asked for at a time: as large as lets most reports be minutes apart, as small as lets credit
 * last.
 */
export const quotaOctets: ReadonlyMap<number, number> = new Map([
  [ratingGroups.web, 5 * mebi],
  [ratingGroups.video, 20 * mebi],
  [ratingGroups.social, 5 * mebi],
  [ratingGroups.interactive, 10 * mebi],
]);
export const quotaSeconds = 60;

// Per active SIM card and month in Germany, 2023: 7.2 GB, 122 minutes of outgoing calls, 4 short
// messages (Bundesnetzagentur, Jahresbericht Telekommunikation 2023). A call takes 2.5 minutes (the
// same agency, for 2010).
const daysPerMonth = 365.25 / 12;
export const octetsPerDay = 7.2e9 / daysPerMonth;
export const callsPerDay = 122 / 2.5 / daysPerMonth;
export const messagesPerDay = 4 / daysPerMonth;
export const callDurationSeconds: LogNormal = { mean: 150, sigma: 1.1 };

export type DataKind = {
  readonly name: KindName;
  readonly shape: HourlyShape;
  /** By one subscriber. */
  readonly startsPerDay: number;
  readonly durationSeconds: LogNormal;
  readonly octetsPerSecond: LogNormal;
  /** Share of the volume by rating group; a page around a video is web. Sums to 1. */
  readonly groups: readonly { readonly ratingGroup: number; readonly share: number }[];
};

type DataKindName = Exclude<KindName, "call" | "shortMessage">;

/**
 * Percent of all mobile volume (Sandvine, "The Mobile Internet Phenomena Report", as
 * telecompetitor.com summarizes it; video is 62.06 less YouTube). Zoom has no figure there: half a
 * percent is assumed. Shops, cloud, VPN and the like are left out; the kinds here share the whole
 * volume.
 */
const volumeShares: Readonly<Record<DataKindName, number>> = {
  video: 36.57,
  youtube: 25.49,
  socialMedia: 12.74,
  messaging: 6.77,
  zoom: 0.5,
  gaming: 3.29,
  web: 5.46,
};
const volumeShareSum = Object.values(volumeShares).reduce((sum, share) => sum + share, 0);

/** Sessions a day, minutes each, and how far single sessions stray from that. */
const habits: Readonly<
  Record<DataKindName, { startsPerDay: number; minutes: number; groups: DataKind["groups"] }>
> = {
  video: { startsPerDay: 1.5, minutes: 12, groups: withWeb(ratingGroups.video, 0.98) },
  youtube: { startsPerDay: 1, minutes: 12, groups: withWeb(ratingGroups.video, 0.98) },
  socialMedia: { startsPerDay: 4, minutes: 6, groups: withWeb(ratingGroups.social, 0.9) },
  messaging: { startsPerDay: 8, minutes: 3, groups: only(ratingGroups.social) },
  zoom: { startsPerDay: 0.02, minutes: 40, groups: only(ratingGroups.interactive) },
  gaming: { startsPerDay: 1, minutes: 15, groups: only(ratingGroups.interactive) },
  web: { startsPerDay: 6, minutes: 4, groups: only(ratingGroups.web) },
};

export const dataKinds: readonly DataKind[] = (Object.keys(habits) as DataKindName[]).map(
  (name) => {
    const { startsPerDay, minutes, groups } = habits[name];
    const octetsPerSession = ((volumeShares[name] / volumeShareSum) * octetsPerDay) / startsPerDay;
    return {
      name,
      shape: hourlyShapes[name],
      startsPerDay,
      durationSeconds: { mean: minutes * 60, sigma: 1 },
      octetsPerSecond: { mean: octetsPerSession / (minutes * 60), sigma: 0.8 },
      groups,
    };
  },
);

/** Bounds of a session, against the far ends of the distributions. */
export const sessionSecondsMin = 1;
export const sessionSecondsMax = 4 * 3600;

function only(ratingGroup: number): DataKind["groups"] {
  return [{ ratingGroup, share: 1 }];
}

function withWeb(ratingGroup: number, share: number): DataKind["groups"] {
  return [
    { ratingGroup, share },
    { ratingGroup: ratingGroups.web, share: 1 - share },
  ];
}
