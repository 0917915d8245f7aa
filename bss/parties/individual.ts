// What is true of every person here, whatever was sent.

import type { Answered } from "../http/problem.ts";
import { collectComplaints } from "../http/tmf/complaints.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { type States, withState } from "../http/tmf/states.ts";
import { normalContactMedia } from "./contact-media.ts";
import {
  checkRatings,
  checkTaxCertificates,
  normalIdentifications,
  normalLanguages,
} from "./identities.ts";
import type { Individual } from "./tmf632.generated.ts";

/** TMF632 spells the last one so. */
export const individualStates: States = {
  field: "status",
  initial: ["initialized", "validated"],
  next: { initialized: ["validated", "deceaded"], validated: ["deceaded"] },
};

/** With its state, and everything in the form in which it is kept. Pure. */
export const soundIndividual = (
  before: Document | undefined,
  after: Document,
  now: number,
): Answered<Document> => {
  const { complain, answer } = collectComplaints();
  const given = after as Individual;
  const { birthDate, deathDate } = given;
  const isBorn = birthDate === undefined || Date.parse(birthDate) <= now;
  if (!isBorn) complain("/birthDate", "it is yet to come");
  const isInOrder =
    birthDate === undefined ||
    deathDate === undefined ||
    Date.parse(birthDate) <= Date.parse(deathDate);
  if (!isInOrder) complain("/deathDate", "it is before birth");
  for (const name of ["givenName", "familyName"] as const) {
    if (given[name]?.trim() === "") complain(`/${name}`, "nobody is called that");
  }
  checkRatings(complain, "/creditRating", given.creditRating ?? []);
  checkTaxCertificates(complain, "/taxExemptionCertificate", given.taxExemptionCertificate ?? []);
  const { contactMedium, individualIdentification, languageAbility } = given;
  const sound = {
    ...after,
    ...(contactMedium && {
      contactMedium: normalContactMedia(complain, "/contactMedium", contactMedium),
    }),
    ...(individualIdentification && {
      individualIdentification: normalIdentifications(
        complain,
        "/individualIdentification",
        individualIdentification,
      ),
    }),
    ...(languageAbility && {
      languageAbility: normalLanguages(complain, "/languageAbility", languageAbility),
    }),
  };
  const answered = answer(sound);
  return answered.isOk ? withState(individualStates, before, sound) : answered;
};

/** As others refer to the person. */
export const nameOfIndividual = (document: Document): string => {
  const { fullName, formattedName, givenName, familyName } = document as Individual;
  return fullName ?? formattedName ?? `${givenName} ${familyName}`;
};
