// What changes hands when a document is published: the one that it takes over from, until when it
// holds, and the rating groups that come and go.

import type { CompiledTariff } from "../../engine/rating/compiled-tariff.ts";
import { nextTariffChange, type TariffVersion, tariffAt } from "../../engine/rating/tariff.ts";
import { listText } from "./list-text.ts";
import { localMoment } from "./local-moment.ts";

const everything = Number.POSITIVE_INFINITY;

/** When another publication takes over; its own beginning: it never holds; undefined: none does. */
export const endOf = (
  { version, tariff }: TariffVersion,
  all: readonly TariffVersion[],
): number | undefined => {
  const { effectiveFrom, tariffId } = tariff;
  const same = all.filter((one) => one.tariff.tariffId === tariffId);
  if (tariffAt(same, everything, effectiveFrom)?.version !== version) return effectiveFrom;
  const next = nextTariffChange(same, everything, effectiveFrom);
  return next === everything ? undefined : next;
};

/** `published`: all that was before, of any tariff. `now`: what is past is charged already. */
export const takeOverLines = (
  tariff: CompiledTariff,
  published: readonly TariffVersion<CompiledTariff>[],
  now: number,
): readonly string[] => {
  const { effectiveFrom, tariffId, timeZone } = tariff;
  const next = { version: everything, tariff };
  const same = published.filter((one) => one.tariff.tariffId === tariffId);
  const end = endOf(next, [...same, next]);
  const until = end === undefined ? "another one takes over" : localMoment(timeZone, end);
  const from = localMoment(timeZone, effectiveFrom);
  const before = tariffAt(same, everything, Math.max(now, effectiveFrom));
  const isHeld = end !== undefined && end <= Math.max(now, effectiveFrom);
  const isNext = before !== undefined && !isHeld;
  return [
    isHeld
      ? `is in effect at no time from now on: version ${before!.version} is`
      : `from ${from}, in effect until ${until}`,
    ...(isNext ? [`takes over from version ${before.version}`] : []),
    ...(isNext ? groupLines(tariff, before.tariff) : []),
  ];
};

const groupLines = (tariff: CompiledTariff, before: CompiledTariff): readonly string[] => {
  const without = (these: CompiledTariff, those: CompiledTariff) =>
    [...these.ratingGroups.keys()].filter((group) => !those.ratingGroups.has(group));
  const gone = without(before, tariff);
  const added = without(tariff, before);
  const refused = "use of them is refused from then on";
  return [
    ...(gone.length > 0
      ? [`no longer has rating groups ${listText(gone.map(String))}: ${refused}`]
      : []),
    ...(added.length > 0 ? [`also has rating groups ${listText(added.map(String))}`] : []),
    ...(tariff.currency === before.currency
      ? []
      : [`is in ${tariff.currency}, no longer in ${before.currency}`]),
  ];
};
