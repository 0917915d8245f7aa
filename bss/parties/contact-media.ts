// How somebody is reached, in one form: telephone numbers as E.164, addresses of e-mail with their
// domain in lower case, countries as ISO 3166-1 where they have two letters.

import { type CountryCode, isSupportedCountry, parsePhoneNumber } from "libphonenumber-js/max";
import { type Complain, checkPeriod } from "../http/tmf/complaints.ts";
import type { ContactMedium } from "./tmf632.generated.ts";

type Medium = ContactMedium["characteristic"] & object;

/** RFC 5321 §4.5.3.1: 64 octets before the @, 255 after it; 254 in all (RFC 3696, erratum 1690). */
const lengthMax = 254;
const localForm = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** RFC 1035 §2.3.1, in the letters of any script (RFC 5890). */
const domainForm = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,63}$/u;

export const normalEmail = (text: string): string | undefined => {
  const address = text.trim();
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
  const isShort = local.length <= 64 && address.length <= lengthMax;
  const isOne = isShort && localForm.test(local) && domainForm.test(domain);
  return isOne ? `${local}@${domain.toLowerCase()}` : undefined;
};

/** In international form, or in the national one of a country that is said beside it. */
export const normalPhone = (text: string, country: string | undefined): string | undefined => {
  const code = country?.toUpperCase() ?? "";
  const home = isSupportedCountry(code) ? (code as CountryCode) : undefined;
  try {
    const number = parsePhoneNumber(text, home === undefined ? {} : { defaultCountry: home });
    return number.isValid() && number.ext === undefined ? number.number : undefined;
  } catch {
    // It throws of text in which there is no number.
    return undefined;
  }
};

/** The field without which a medium of that type reaches nobody. */
const fieldsNeeded: readonly (readonly [RegExp, readonly (keyof Medium)[]])[] = [
  [/^(?:tele)?phone|^mobile|^landline|^sms$/i, ["phoneNumber"]],
  [/^fax/i, ["faxNumber"]],
  [/^e-?mail/i, ["emailAddress"]],
  [/^postal/i, ["street1", "city", "country"]],
];

const regionNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

const normalCountry = (country: string): string | undefined => {
  if (!/^[A-Za-z]{2}$/.test(country)) return country;
  const code = country.toUpperCase();
  // ZZ is Unicode's for an unknown one.
  return code === "ZZ" || regionNames.of(code) === undefined ? undefined : code;
};

const normalMedium = (complain: Complain, pointer: string, medium: Medium): Medium => {
  const changed: Record<string, unknown> = { ...medium };
  const replace = (field: keyof Medium, normal: string | undefined, wanted: string) => {
    if (normal === undefined) complain(`${pointer}/${field}`, wanted);
    else changed[field] = normal;
  };
  const { country, emailAddress, phoneNumber, faxNumber } = medium;
  const wanted = "no telephone number of any plan; say it as +49 151 23456789";
  if (phoneNumber !== undefined) replace("phoneNumber", normalPhone(phoneNumber, country), wanted);
  if (faxNumber !== undefined) replace("faxNumber", normalPhone(faxNumber, country), wanted);
  if (emailAddress !== undefined) {
    replace("emailAddress", normalEmail(emailAddress), "no address of e-mail");
  }
  if (country !== undefined) replace("country", normalCountry(country), "no country (ISO 3166-1)");
  return changed as Medium;
};

/** Any of TM Forum's: some demand more of it than others. */
type AnyMedium = {
  readonly mediumType?: string | undefined;
  readonly characteristic?: Medium | undefined;
  readonly validFor?: ContactMedium["validFor"] | undefined;
};

/** As they are kept. */
export const normalContactMedia = <M extends AnyMedium>(
  complain: Complain,
  pointer: string,
  media: readonly M[],
): readonly M[] =>
  media.map((one, index) => {
    const at = `${pointer}/${index}`;
    checkPeriod(complain, `${at}/validFor`, one.validFor);
    const { mediumType = "", characteristic = {} as Medium } = one;
    const [, needed = []] = fieldsNeeded.find(([type]) => type.test(mediumType)) ?? [];
    for (const field of needed) {
      if (characteristic[field] !== undefined) continue;
      complain(`${at}/characteristic/${field}`, `a medium of type ${mediumType} has it`);
    }
    if (one.characteristic === undefined) return one;
    const normal = normalMedium(complain, `${at}/characteristic`, one.characteristic);
    return { ...one, characteristic: normal };
  });
