// What party roles and customers have in common: TMF669 and TMF629 are the same but for their name.

import type { Complain } from "../http/tmf/complaints.ts";
import { boundsOf, checkPeriod, isWithin } from "../http/tmf/complaints.ts";
import type { ReferencePlace } from "../http/tmf/resource-kind.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import type { States } from "../http/tmf/states.ts";
import { normalContactMedia } from "./contact-media.ts";
import type { PartyRole } from "./tmf669.generated.ts";

type CreditProfile = NonNullable<PartyRole["creditProfile"]>[number];

export const roleStates: States = {
  field: "status",
  initial: ["Active", "Prospective"],
  next: {
    Prospective: ["Active", "Closed"],
    Active: ["Suspended", "Closed"],
    Suspended: ["Active", "Closed"],
  },
};

const accounts = ["billingAccount", "partyAccount", "settlementAccount", "financialAccount"];

export const referencesOfRole: readonly ReferencePlace[] = [
  { path: ["engagedParty"], to: ["individual", "organization"] },
  {
    path: ["relatedParty", "*"],
    to: ["individual", "organization", "customer", "partyRole"],
  },
  { path: ["account", "*"], to: accounts },
  { path: ["agreement", "*"], to: ["agreement"] },
  { path: ["paymentMethod", "*"], to: ["paymentMethod"] },
];

/** At any time there is one class of credit at the most. */
const checkCreditProfiles = (complain: Complain, profiles: readonly CreditProfile[]): void => {
  for (const [index, { validFor, creditRiskRating = 0, creditScore = 0 }] of profiles.entries()) {
    const at = `/creditProfile/${index}`;
    checkPeriod(complain, `${at}/validFor`, validFor);
    if (creditRiskRating < 0) complain(`${at}/creditRiskRating`, "it is below nothing");
    if (creditScore < 0) complain(`${at}/creditScore`, "it is below nothing");
    const [start, end] = boundsOf(validFor);
    const isTaken = profiles.slice(0, index).some((other) => {
      const [otherStart, otherEnd] = boundsOf(other.validFor);
      return start < otherEnd && otherStart < end;
    });
    if (isTaken) complain(`${at}/validFor`, "another one is valid then");
  }
};

export const creditProfileAt = (document: Document, now: number): CreditProfile | undefined =>
  (document as PartyRole).creditProfile?.find(({ validFor }) => isWithin(validFor, now));

/** Everything in the form in which it is kept. Pure. */
export const soundRole = (complain: Complain, document: Document): Document => {
  const { name, validFor, creditProfile = [], contactMedium } = document as PartyRole;
  if (name?.trim() === "") complain("/name", "it has none");
  checkPeriod(complain, "/validFor", validFor);
  checkCreditProfiles(complain, creditProfile);
  if (contactMedium === undefined) return document;
  return {
    ...document,
    contactMedium: normalContactMedia(complain, "/contactMedium", contactMedium),
  };
};

type Related = { readonly id: string; readonly "@referredType"?: string; readonly role?: string };

/** The customer whose it is: who is related as one, or as nothing else. */
export const customerOf = (document: Document): string | undefined => {
  const { relatedParty = [] } = document as { readonly relatedParty?: readonly Related[] };
  const customers = relatedParty.filter((one) => /^customer$/i.test(one["@referredType"] ?? ""));
  const isOwner = ({ role = "" }: Related) => /^(?:customer|owner)$/i.test(role);
  return (customers.find(isOwner) ?? customers.find(({ role }) => role === undefined))?.id;
};
