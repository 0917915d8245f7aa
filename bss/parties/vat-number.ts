// VAT numbers of the EU and of Northern Ireland (Directive 2006/112/EC, Articles 214 and 215): the
// form of each country, and its check digits where they are simple. Whether a number was ever given
// to anybody only VIES knows.

type Country = {
  readonly form: RegExp;
  /** Of the digits; what has letters, or no simple rule, has none. */
  readonly check?: (digits: readonly number[]) => boolean;
};

const weigh = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);

const numberOf = (digits: readonly number[], from: number, to: number): number =>
  Number(digits.slice(from, to).join(""));

/** Each second digit doubled, from the right, with the check digit at the end. */
const luhn = (digits: readonly number[]): boolean => {
  const sum = digits.reduceRight((total, digit, index) => {
    const value = (digits.length - 1 - index) % 2 === 1 ? 2 * digit : digit;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
};

/** ISO 7064, MOD 11,10. */
const mod11Of10 = (digits: readonly number[]): boolean => {
  const product = digits.slice(0, -1).reduce((carried, digit) => {
    const sum = (digit + carried) % 10 || 10;
    return (2 * sum) % 11;
  }, 10);
  return (11 - product) % 10 === digits.at(-1);
};

/** The last digit is what the others leave of 11 by their weights; `tens` stands for ten. */
const mod11 = (weights: readonly number[], tens?: number) => (digits: readonly number[]) => {
  const rest = weigh(digits, weights) % 11;
  return (rest === 10 ? tens : rest) === digits.at(-1);
};

const complement11 = (weights: readonly number[]) => (digits: readonly number[]) => {
  const rest = (11 - (weigh(digits, weights) % 11)) % 11;
  return (rest === 10 ? 0 : rest) === digits.at(-1);
};

/** 10 minus the sum of weighted digits, each product counted by its digits. */
const austrian = (digits: readonly number[]): boolean => {
  const sum = digits.slice(0, 7).reduce((total, digit, index) => {
    const value = index % 2 === 1 ? 2 * digit : digit;
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return (96 - sum) % 10 === digits[7];
};

const countries: Readonly<Record<string, Country>> = {
  AT: { form: /^U\d{8}$/, check: austrian },
  BE: {
    form: /^[01]\d{9}$/,
    check: (digits) => 97 - (numberOf(digits, 0, 8) % 97) === numberOf(digits, 8, 10),
  },
  BG: { form: /^\d{9,10}$/ },
  CY: { form: /^\d{8}[A-Z]$/ },
  CZ: { form: /^\d{8,10}$/ },
  DE: { form: /^[1-9]\d{8}$/, check: mod11Of10 },
  DK: { form: /^\d{8}$/, check: (digits) => weigh(digits, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 },
  EE: {
    form: /^\d{9}$/,
    check: (digits) => weigh(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0,
  },
  EL: { form: /^\d{9}$/, check: mod11([256, 128, 64, 32, 16, 8, 4, 2], 0) },
  ES: { form: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/ },
  FI: {
    form: /^\d{8}$/,
    check: (digits) => weigh(digits, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0,
  },
  FR: {
    form: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
    // Of the old form alone, whose key has two digits.
    check: (digits) =>
      digits.length < 11 ||
      (12 + 3 * (numberOf(digits, 2, 11) % 97)) % 97 === numberOf(digits, 0, 2),
  },
  HR: { form: /^\d{11}$/, check: mod11Of10 },
  HU: {
    form: /^\d{8}$/,
    check: (digits) => weigh(digits, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 === 0,
  },
  IE: { form: /^(?:\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])$/ },
  IT: { form: /^\d{11}$/, check: luhn },
  LT: { form: /^(?:\d{9}|\d{12})$/ },
  LU: {
    form: /^\d{8}$/,
    check: (digits) => numberOf(digits, 0, 6) % 89 === numberOf(digits, 6, 8),
  },
  LV: { form: /^\d{11}$/ },
  MT: { form: /^\d{8}$/, check: (digits) => weigh(digits, [3, 4, 6, 7, 8, 9, 10, 1]) % 37 === 0 },
  // Since 2020 sole traders have others than their number of citizens, which MOD 97 checks.
  NL: { form: /^[A-Z0-9]{9}B\d{2}$/ },
  PL: { form: /^\d{10}$/, check: mod11([6, 5, 7, 2, 3, 4, 5, 6, 7]) },
  PT: { form: /^[1-9]\d{8}$/, check: complement11([9, 8, 7, 6, 5, 4, 3, 2]) },
  RO: { form: /^\d{2,10}$/ },
  SE: { form: /^\d{10}01$/, check: (digits) => luhn(digits.slice(0, 10)) },
  SI: { form: /^[1-9]\d{7}$/, check: complement11([8, 7, 6, 5, 4, 3, 2]) },
  SK: { form: /^[1-9]\d{9}$/, check: (digits) => numberOf(digits, 0, 10) % 11 === 0 },
  XI: { form: /^(?:\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$/ },
};

/** Without spaces and points, in capitals; undefined where it is none. */
export const normalVatNumber = (text: string): string | undefined => {
  const bare = text.toUpperCase().replaceAll(/[\s.-]/g, "");
  // Greece is EL here, and GR where people write it as they do elsewhere.
  const prefix = bare.startsWith("GR") ? "EL" : bare.slice(0, 2);
  const rest = bare.slice(2);
  const country = Object.hasOwn(countries, prefix) ? countries[prefix] : undefined;
  if (country?.form.test(rest) !== true) return undefined;
  const digits = [...rest].filter((sign) => /\d/.test(sign)).map(Number);
  return (country.check?.(digits) ?? true) ? `${prefix}${rest}` : undefined;
};
