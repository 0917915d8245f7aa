// Why this price: product, tariff, zone, network, time band and the price they lead to.

import { freeNumberPriceId } from "../rating/compiled-tariff.ts";
import type { Unpriced } from "../session/price-plan.ts";
import { momentText, weekdayText } from "./amount-text.ts";
import type { TariffExplained, UseExplained } from "./explanation.ts";
import type { Line } from "./line.ts";

export const priceLines = (use: UseExplained): readonly Line[] => {
  const { tariff } = use;
  if (tariff === undefined) return unpricedLines(use);
  return [
    { topic: "product", text: productText(tariff) },
    { topic: "tariff", text: tariffText(tariff) },
    ...zoneLines(use, tariff),
    ...timeTexts(use, tariff).map((text): Line => ({ topic: "time", text })),
    { topic: "price", text: priceText(tariff) },
  ];
};

const unpricedLines = (use: UseExplained): readonly Line[] => {
  const { unpriced } = use;
  if (unpriced.length === 0) return [{ topic: "tariff", text: "none: the account has no product" }];
  return unpriced.map((one) => ({ topic: "tariff", text: `none by ${unpricedText(use, one)}` }));
};

const unpricedText = ({ ratingGroup }: UseExplained, one: Unpriced): string => {
  const { productId, tariffId, validFrom } = one.product;
  const head = `product ${productId}`;
  switch (one.why) {
    case "notPublished":
      return `${head}: its tariff ${tariffId} is not published`;
    case "notInEffect":
      return `${head}: its tariff ${tariffId} takes effect at ${utcText(one.effectiveFrom)}`;
    case "otherCurrency":
      return `${head}: its tariff ${tariffId} is in ${one.currency}, the account has none`;
    case "noRatingGroup":
      return `${head}: its tariff ${tariffId} has no rating group ${ratingGroup}`;
    case "notYetValid":
      return `${head}: it is valid from ${utcText(validFrom)} on`;
  }
};

const utcText = (at: number): string => `${momentText("UTC", at)} UTC`;

const productText = ({ productId, isProductValid }: TariffExplained): string =>
  isProductValid
    ? productId
    : `${productId}, which is not valid: it only settles what was granted by it`;

const tariffText = ({ tariffId, publication, effectiveFrom, timeZone }: TariffExplained): string =>
  `${tariffId}, publication ${publication}, in effect since ${momentText(timeZone, effectiveFrom)}`;

const zoneLines = ({ context }: UseExplained, { chosen }: TariffExplained): readonly Line[] => {
  const { calledNumber, servingNetwork } = context;
  const zone =
    chosen?.zoneId === undefined ? "" : `: zone ${chosen.zoneId} by the prefix ${chosen.prefix}`;
  const network =
    chosen?.networkZoneId === undefined ? "" : `: network zone ${chosen.networkZoneId}`;
  return [
    ...(calledNumber === undefined
      ? []
      : [{ topic: "called", text: calledNumber + zone } as const]),
    ...(servingNetwork === undefined
      ? []
      : [{ topic: "network", text: servingNetwork + network } as const]),
  ];
};

const timeTexts = (
  { at }: UseExplained,
  { timeZone, chosen, holdsUntil }: TariffExplained,
): readonly string[] => {
  const moment = `${weekdayText(timeZone, at)} ${momentText(timeZone, at)} in ${timeZone}`;
  const band = chosen?.timeBandId === undefined ? "" : `, time band ${chosen.timeBandId}`;
  const isEndless = holdsUntil === Number.MAX_SAFE_INTEGER;
  return [
    `${moment}${band}`,
    ...(isEndless ? [] : [`the same price and buckets until ${momentText(timeZone, holdsUntil)}`]),
  ];
};

const priceText = ({ chosen, place, prices }: TariffExplained): string => {
  if (chosen === undefined) return `none of the ${prices} of the rating group fits this use`;
  if (chosen.priceId === freeNumberPriceId) return "free: the called number is a free number";
  const tried = prices === 1 ? "the only one" : `number ${place} of the ${prices} that are tried`;
  const which = `${chosen.priceId}, ${tried}`;
  if (chosen.isBlocked) return `${which}; it blocks the use`;
  return chosen.isFree ? `${which}; it is free` : which;
};
