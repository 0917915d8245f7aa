// A voucher's code: digits by chance with a check digit (Damm: every wrong digit and every two that
// were exchanged are noticed), from a batch's seed, its serial and the number of its draw.

import { createHmac } from "node:crypto";

/** The quasigroup of order 10 of H. M. Damm's thesis (2004). */
const damm = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
] as const;

/** 0 of digits whose last one is their check digit. */
const checkOf = (digits: string): number => {
  let interim = 0;
  for (const digit of digits) interim = Number(damm[interim]?.[Number(digit)]);
  return interim;
};

export const withCheckDigit = (digits: string): string => `${digits}${checkOf(digits)}`;

/**
 * Uniform to 2^-64 and better: 128 bits against the 10^19 codes of twenty digits. Whoever does not
 * have the seed learns nothing of a code by the others.
 */
export const codeOf = (
  seed: Buffer,
  { serial, draw, digits }: { serial: number; draw: number; digits: number },
): string => {
  const mac = createHmac("sha256", seed).update(`${serial}/${draw}`).digest("hex");
  const drawn = BigInt(`0x${mac.slice(0, 32)}`) % 10n ** BigInt(digits - 1);
  return withCheckDigit(drawn.toString().padStart(digits - 1, "0"));
};

/** As people type it: blanks and hyphens between. Undefined: no code, or mistyped. */
export const readCode = (text: string): string | undefined => {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d{12,20}$/.test(digits) && checkOf(digits) === 0 ? digits : undefined;
};
