// What is personal in the documents of parties, as tables.

import type { Document } from "../http/tmf/resource-table.ts";
import type { PersonalPlace, PersonalPlaces } from "./personal-places.ts";

const name: PersonalPlace = { fieldClass: "name", sight: "contact" };
const address: PersonalPlace = { fieldClass: "address", sight: "contact" };
const secret: PersonalPlace = { fieldClass: "text", sight: "document" };
const date: PersonalPlace = { fieldClass: "birth-date", sight: "document" };

/** Of every list of contact media, wherever it stands. */
export const contactMediaAt = (pointer: string): PersonalPlaces => {
  const at = `${pointer}/*/characteristic`;
  return {
    [`${at}/phoneNumber`]: { fieldClass: "number", sight: "contact", mark: "p" },
    [`${at}/faxNumber`]: { fieldClass: "number", sight: "contact" },
    [`${at}/emailAddress`]: { fieldClass: "email", sight: "contact", mark: "e" },
    [`${at}/socialNetworkId`]: { fieldClass: "text", sight: "contact" },
    [`${at}/street1`]: address,
    [`${at}/street2`]: address,
    [`${at}/city`]: address,
    [`${at}/postCode`]: address,
  };
};

/** People are called by their names where others refer to them. */
export const relatedPartiesAt = (pointer: string): PersonalPlaces => ({
  [`${pointer}/name`]: name,
});

const namesAt = (pointer: string): PersonalPlaces =>
  Object.fromEntries(
    [
      "familyName familyNamePrefix formattedName fullName givenName legalName middleName",
      "preferredGivenName",
    ]
      .join(" ")
      .split(" ")
      .map((field) => [`${pointer}/${field}`, name]),
  );

export const personalOfIndividual: PersonalPlaces = {
  ...namesAt(""),
  "/familyName": { ...name, mark: "n" },
  "/givenName": { ...name, mark: "g" },
  "/fullName": { ...name, mark: "f" },
  ...namesAt("/otherName/*"),
  "/birthDate": date,
  "/deathDate": date,
  "/placeOfBirth": secret,
  "/location": { fieldClass: "address", sight: "contact" },
  // Of health, as is no other field here (GDPR, Article 9).
  "/disability": secret,
  ...contactMediaAt("/contactMedium"),
  "/individualIdentification/*/identificationId": {
    ...{ fieldClass: "identity-document", sight: "document", mark: "i" },
  },
  "/individualIdentification/*/attachment": secret,
  "/taxExemptionCertificate/*/attachment": secret,
  ...relatedPartiesAt("/relatedParty/*"),
};

/** What an organisation is called and registered as is public. */
export const personalOfOrganization: PersonalPlaces = {
  ...contactMediaAt("/contactMedium"),
  ...relatedPartiesAt("/relatedParty/*"),
};

/** Of party roles and customers, which have the same fields. */
export const personalOfRole: PersonalPlaces = {
  "/name": { ...name, mark: "r" },
  ...contactMediaAt("/contactMedium"),
  ...relatedPartiesAt("/engagedParty"),
  ...relatedPartiesAt("/relatedParty/*"),
};

/** Who has the same name and birthday is most likely the same. */
export const nameAndBirthday = (document: Document): readonly (readonly [string, string])[] => {
  const { givenName, familyName, birthDate } = document;
  if (typeof birthDate !== "string") return [];
  return [["b", `${givenName} ${familyName} ${birthDate.slice(0, 10)}`]];
};

/** As the register has it, written as one word. */
export const registeredAs = (document: Document): readonly (readonly [string, string])[] => {
  const { tradingName, organizationIdentification = [] } = document as {
    readonly tradingName?: string;
    readonly organizationIdentification?: readonly { readonly identificationId?: string }[];
  };
  const numbers = organizationIdentification.flatMap(({ identificationId = "" }) =>
    identificationId === "" ? [] : [["i", identificationId] as const],
  );
  return tradingName === undefined ? numbers : [...numbers, ["o", tradingName]];
};
