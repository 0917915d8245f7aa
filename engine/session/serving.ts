// Which buckets, counters and rules of an account serve a use: eligibility, put to the words of the
// tariff that prices the use. What they look at decides with the price how long a plan holds, and
// for which contexts.

import { type Eligibility, isEligible } from "../balance/eligibility.ts";
import type { Profile } from "../balance/profile.ts";
import { destinationsOf } from "../balance/rules.ts";
import type { CompiledTariff, Dimension } from "../rating/compiled-tariff.ts";
import { dimensions } from "../rating/compiled-tariff.ts";
import { classify, type PriceContext } from "../rating/price-context.ts";
import { bandAt, bandChangeAfter, bandChangeBefore } from "../rating/time-bands.ts";
import type { KeyOf, PriceQuestion, PublishedTariff } from "./price-plan.ts";

export type Serving = {
  readonly isServed: (eligibility: Eligibility | null) => boolean;
  /** Contexts with equal keys are served alike; undefined: all contexts. */
  readonly keyOf: KeyOf | undefined;
  readonly boundaries: readonly number[];
};

const always: Serving = { isServed: () => true, keyOf: undefined, boundaries: [] };

export const servingOf = (
  { buckets, counters, rules }: Profile,
  published: PublishedTariff,
  { at, context, tariffVersion }: PriceQuestion,
): Serving => {
  const restricted = [
    ...[...buckets, ...counters].flatMap((one) => one?.eligibility ?? []),
    ...rules.flatMap((rule) => destinationsOf(rule) ?? []),
  ];
  if (restricted.length === 0) return always;
  const asked = new Set(dimensions.filter((one) => restricted.some((by) => by[one].length > 0)));
  const isTimed = restricted.some(({ timeBands }) => timeBands.length > 0);
  const useOf = useAt({ published, tariffVersion }, asked, isTimed ? at : undefined);
  const use = useOf(context);
  return {
    isServed: (eligibility) => eligibility === null || isEligible(eligibility, use),
    keyOf: (one) => restricted.map((by) => (isEligible(by, useOf(one)) ? "+" : "-")).join(""),
    boundaries: isTimed ? bandChanges(published.tariff, at) : [],
  };
};

type Known = { readonly published: PublishedTariff; readonly tariffVersion: number };

/** Without `at` nobody asks for the time. */
const useAt = (
  { published, tariffVersion }: Known,
  asked: ReadonlySet<Dimension>,
  at: number | undefined,
) => {
  const { tariff, rateDeckAt } = published;
  const { timeBands } = tariff;
  const timeBandId =
    at === undefined || timeBands === undefined ? undefined : bandAt(timeBands, at);
  return (context: PriceContext) => ({
    values: classify(tariff, context, rateDeckAt?.(tariffVersion), asked).values,
    timeBandId,
    subscriber: context.subscriber,
  });
};

const bandChanges = ({ timeBands }: CompiledTariff, at: number): readonly number[] =>
  timeBands === undefined ? [] : [bandChangeBefore(timeBands, at), bandChangeAfter(timeBands, at)];
