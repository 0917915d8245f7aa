// What the demo operator charges for, out of its tariff: rating groups with their prices.

import { ratingGroups } from "../../bench/traffic/kinds.ts";
import { tariffDocument } from "../seed/operator.ts";
import { alignedTable } from "./markdown.ts";

const meanings: Readonly<Record<keyof typeof ratingGroups, string>> = {
  web: "web",
  video: "video",
  social: "social media and messengers",
  interactive: "games and video calls",
  voiceNational: "calls at home",
  voiceInternational: "calls abroad",
  voiceRoaming: "calls while roaming",
  messageNational: "messages at home",
  messageInternational: "messages abroad",
};

type Priced = {
  readonly ratingGroup: number;
  readonly unit: string;
  readonly blockUnits: number;
  readonly blockPrice: string;
  readonly quotaUnits: number;
};

export const demoOperatorPart = (): string => {
  const { currency, ratingGroups: priced } = JSON.parse(tariffDocument()) as {
    readonly currency: string;
    readonly ratingGroups: readonly Priced[];
  };
  const names = Object.keys(ratingGroups) as readonly (keyof typeof ratingGroups)[];
  const rows = priced.map(({ ratingGroup, unit, blockUnits, blockPrice, quotaUnits }) => {
    const name = names.find((candidate) => ratingGroups[candidate] === ratingGroup);
    if (name === undefined)
      throw new Error(`rating group ${ratingGroup} is nothing of the traffic`);
    const price = `${blockPrice} ${currency} for ${blockUnits.toLocaleString("en")}`;
    return [ratingGroup, meanings[name], unit, price, quotaUnits.toLocaleString("en")];
  });
  return alignedTable(["rating group", "what", "unit", "price", "granted at a time"], rows);
};
