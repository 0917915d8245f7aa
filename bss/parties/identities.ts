// What proves who somebody is, for people and organisations alike: numbers of documents and of tax,
// with their validity; and the languages that somebody speaks (BCP 47).

import { type Complain, checkPeriod } from "../http/tmf/complaints.ts";
import type {
  IndividualIdentification,
  LanguageAbility,
  PartyCreditProfile,
  TaxExemptionCertificate,
} from "./tmf632.generated.ts";
import { normalVatNumber } from "./vat-number.ts";

/** As TMF632 leaves it to the operator: this one is looked into. */
const isVat = (type: string | undefined): boolean => /^vat(?:-?\s?number)?$/i.test(type ?? "");

/** Of organisations too: their identifications have the same fields. */
export const normalIdentifications = <I extends IndividualIdentification>(
  complain: Complain,
  pointer: string,
  identifications: readonly I[],
): readonly I[] =>
  identifications.map((one, index) => {
    const at = `${pointer}/${index}`;
    checkPeriod(complain, `${at}/validFor`, one.validFor);
    const { identificationType, identificationId = "" } = one;
    if (!isVat(identificationType)) return one;
    const normal = normalVatNumber(identificationId);
    if (normal !== undefined) return { ...one, identificationId: normal };
    complain(`${at}/identificationId`, "no VAT number of the EU, with its country before it");
    return one;
  });

export const checkTaxCertificates = (
  complain: Complain,
  pointer: string,
  certificates: readonly TaxExemptionCertificate[],
): void => {
  for (const [index, { validFor, taxDefinition = [] }] of certificates.entries()) {
    checkPeriod(complain, `${pointer}/${index}/validFor`, validFor);
    for (const [place, { taxType, name }] of taxDefinition.entries()) {
      if (taxType !== undefined || name !== undefined) continue;
      complain(`${pointer}/${index}/taxDefinition/${place}/taxType`, "it says of which tax");
    }
  }
};

export const checkRatings = (
  complain: Complain,
  pointer: string,
  ratings: readonly PartyCreditProfile[],
): void => {
  for (const [index, { validFor }] of ratings.entries()) {
    checkPeriod(complain, `${pointer}/${index}/validFor`, validFor);
  }
};

/** `DE-de` is `de-DE` (RFC 5646 §2.1.1); undefined where it is no tag. */
export const normalLanguage = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    // A RangeError: it is not well-formed.
    return undefined;
  }
};

export const normalLanguages = (
  complain: Complain,
  pointer: string,
  abilities: readonly LanguageAbility[],
): readonly LanguageAbility[] => {
  if (abilities.filter(({ isFavouriteLanguage }) => isFavouriteLanguage).length > 1) {
    complain(pointer, "there is one favourite language");
  }
  return abilities.map((ability, index) => {
    const at = `${pointer}/${index}`;
    checkPeriod(complain, `${at}/validFor`, ability.validFor);
    const { languageCode } = ability;
    if (languageCode === undefined) return ability;
    const normal = normalLanguage(languageCode);
    if (normal === undefined) complain(`${at}/languageCode`, "no language (BCP 47)");
    return normal === undefined ? ability : { ...ability, languageCode: normal };
  });
};
