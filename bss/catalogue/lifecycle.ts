// The life of what is in a catalogue, as TMF620 has it: which states there are, which one may
// follow which, and in which of them a document is still being made. Pure.
//
//   In study ⇄ In design ⇄ In test → Active → Launched → Retired → Obsolete
//        └─────────┴─────────┴→ Rejected  └──────────────↗

export const lifecycleStatuses = [
  "In study",
  "In design",
  "In test",
  "Rejected",
  "Active",
  "Launched",
  "Retired",
  "Obsolete",
] as const;
export type LifecycleStatus = (typeof lifecycleStatuses)[number];

/** What comes next, and what is gone back to while nobody outside has seen it. */
export const lifecycleTransitions: Readonly<Record<LifecycleStatus, readonly LifecycleStatus[]>> = {
  "In study": ["In design", "Rejected"],
  "In design": ["In study", "In test", "Rejected"],
  "In test": ["In design", "Active", "Rejected"],
  Rejected: [],
  Active: ["Launched", "Retired"],
  Launched: ["Retired"],
  Retired: ["Obsolete"],
  Obsolete: [],
};

export const lifecycleDefault: LifecycleStatus = "In study";

/** From elsewhere a document may come as on sale; that it is over, only its life says. */
const beginnings: readonly LifecycleStatus[] = [
  "In study",
  "In design",
  "In test",
  "Active",
  "Launched",
];

const byLowerCase = new Map(lifecycleStatuses.map((one) => [one.toLowerCase(), one]));

/** "In Study" and "in study" are written too; undefined: there is no such state. */
export const lifecycleStatusOf = (text: unknown): LifecycleStatus | undefined =>
  typeof text === "string" ? byLowerCase.get(text.toLowerCase()) : undefined;

export const mayBegin = (status: LifecycleStatus): boolean => beginnings.includes(status);

export const mayFollow = (before: LifecycleStatus, after: LifecycleStatus): boolean =>
  before === after || lifecycleTransitions[before].includes(after);

/** Nobody was promised anything yet: it is changed as it stands. */
export const isDraft = (status: LifecycleStatus): boolean => {
  switch (status) {
    case "In study":
    case "In design":
    case "In test":
      return true;
    case "Rejected":
    case "Active":
    case "Launched":
    case "Retired":
    case "Obsolete":
      return false;
  }
};

/** What a publication takes: on sale, or about to be. */
export const isOnOffer = (status: LifecycleStatus): boolean =>
  status === "Active" || status === "Launched";

/** Nothing new may rest on it. */
export const isOver = (status: LifecycleStatus): boolean =>
  status === "Rejected" || status === "Retired" || status === "Obsolete";
