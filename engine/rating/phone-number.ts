// Numbers as networks write them: "+49…" and "0049…" are international (E.164), digits alone stand
// as they are: a short code, or an international number without its sign. Prefixes are compared by
// digits; only a whole number knows whether it had the sign.

import type { TextForm } from "./document-reader.ts";

export const phoneNumber: TextForm = {
  pattern: /^(?:(?:\+|00)[1-9][0-9]{0,19}|(?!00)[0-9]{1,20})$/,
  wanted: "digits, with + in front where they are international",
};

/** "004911" → "+4911". */
export const canonicalNumber = (number: string): string =>
  number.startsWith("00") ? `+${number.slice(2)}` : number;

/** What prefixes are compared with: "+4911" and "004911" → "4911". */
export const digitsOfNumber = (number: string): string => canonicalNumber(number).replace("+", "");

/**
 * All ways to call a number that is named: an international one also without its sign. A short code
 * only as it is: 911 is not the beginning of +91 1.
 */
export const waysToCall = (number: string): readonly string[] => {
  const canonical = canonicalNumber(number);
  return canonical.startsWith("+") ? [canonical, canonical.slice(1)] : [canonical];
};

const uri = /^(?:tel|sips?):([^;@?]*)/i;
const colon = 0x3a;

/**
 * What a network calls is often a URI (TS 32.299, 7.2.33): "tel:+49-30-1234;ext=5" (RFC 3966) and
 * "sip:+49301234@example.com;user=phone" (RFC 3261, 19.1.6) are +49301234. An address that holds no
 * number stays as it is.
 */
export const numberOfAddress = (address: string): string => {
  // Numbers are the most, and every message asks.
  if (address.charCodeAt(0) < colon) return address;
  const [, held = ""] = uri.exec(address) ?? [];
  const number = held.replaceAll(/[-.()]/g, "");
  return phoneNumber.pattern.test(number) ? number : address;
};
