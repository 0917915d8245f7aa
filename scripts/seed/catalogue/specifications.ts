// What the demo operator's products are, technically: how their usage is metered and granted, which
// networks are near and which are far. Rating groups and quotas are those of the demo tariff.

import { tariffDocument } from "../operator.ts";
import { specificationOf } from "./document-forms.ts";

type Group = {
  readonly ratingGroup: number;
  readonly unit: string;
  readonly blockUnits: number;
  readonly blockPrice: string;
};
const standard = JSON.parse(tariffDocument()) as { readonly ratingGroups: readonly Group[] };

export const standardGroups: readonly Group[] = standard.ratingGroups;

const names: Readonly<Record<number, string>> = {
  ...{ 10: "web", 20: "video", 30: "social media and messengers", 40: "games and video calls" },
  ...{ 100: "calls at home", 101: "calls abroad", 102: "calls while roaming" },
  ...{ 200: "messages at home", 201: "messages abroad" },
};

/** Without prices, which are the offerings'. */
const metered = ({ blockPrice: _, blockUnits: __, ...group }: Group) => ({
  ...group,
  name: names[group.ratingGroup] ?? "other",
});

const kibi = 1024;
const mebi = kibi * kibi;
export const ioTGroup = 50;
export const sliceGroup = 60;

const networks = [
  { networkZoneId: "home", networks: ["26201"] },
  {
    networkZoneId: "union",
    networks: ["206", "208", "214", "222", "228", "230", "232", "238", "240", "244", "260", "270"],
  },
  { networkZoneId: "world", networks: ["310", "311", "334", "440", "450", "505", "520", "724"] },
];
const freeNumbers = ["110", "112", "116117"];
const timeZone = "Europe/Berlin";

export const specifications = [
  specificationOf("mobile-line", "Mobile line", {
    ...{ timeZone, network: networks, freeNumber: freeNumbers },
    ratingGroup: standardGroups.map(metered),
  }),
  specificationOf("things-line", "Line for things", {
    ...{ timeZone, network: networks },
    ratingGroup: [
      {
        ...{ ratingGroup: ioTGroup, name: "telemetry", unit: "octets" },
        ...{ quotaUnits: 64 * kibi, quotaUnitsMax: mebi, validityTimeSeconds: 86_400 },
      },
    ],
  }),
  specificationOf("slice", "5G slice", {
    timeZone,
    ratingGroup: [
      {
        ...{ ratingGroup: sliceGroup, name: "slice", unit: "octets" },
        ...{ quotaUnits: 50 * mebi, quotaUnitsMax: 500 * mebi, validityTimeSeconds: 3_600 },
      },
    ],
  }),
  specificationOf("pack", "Pack for a mobile line", {}),
];
