// Prefixes and their values without an object each: 16 octets a prefix. They lie in pages; a full
// page is followed by another, so that growing never copies (no step of a build is a long one).
//
//   octets 0–9    the digits, two in each, the first one in the low half
//   octet 10      how many they are
//   octets 12–15  the value

/** E.164 has 15 digits; routing digits before a number make some longer. */
export const prefixDigitsMax = 20;
/** Stands behind the last digit. */
export const endDigit = 10;

const pageBits = 12;
const pageSize = 2 ** pageBits;
const pageMask = pageSize - 1;
const octetsEach = 16;
const lengthOctet = 10;
const wordsEach = 4;
const valueWord = 3;
const zeroCode = 48;

/** Room for what `readDigits` reads. */
export const newDigits = (): Uint8Array => new Uint8Array(prefixDigitsMax + 1);

/**
 * The digits of `text` from `start` on, as far as prefixes go, and `endDigit` behind them. Returns
 * how many they are; -1 where anything in `text` from `start` on is not a digit.
 */
export const readDigits = (text: string, start: number, into: Uint8Array): number => {
  const length = Math.min(text.length - start, prefixDigitsMax);
  for (let position = 0; start + position < text.length; position++) {
    const digit = text.charCodeAt(start + position) - zeroCode;
    if (digit < 0 || digit > 9) return -1;
    if (position < length) into[position] = digit;
  }
  into[length] = endDigit;
  return length;
};

export type PrefixDigits = ReturnType<typeof createPrefixDigits>;

/** Prefixes have numbers: 0 for the first that is appended. */
export const createPrefixDigits = () => {
  const pages: Uint8Array[] = [];
  /** The same pages, as words. */
  const words: Int32Array[] = [];
  let count = 0;

  const lengthOf = (prefix: number): number =>
    pages[prefix >> pageBits]![(prefix & pageMask) * octetsEach + lengthOctet]!;

  return {
    count: () => count,
    lengthOf,
    digitOf: (prefix: number, position: number): number => {
      if (position === lengthOf(prefix)) return endDigit;
      const octet = pages[prefix >> pageBits]![(prefix & pageMask) * octetsEach + (position >> 1)]!;
      return half(octet, position);
    },
    valueOf: (prefix: number): number =>
      words[prefix >> pageBits]![(prefix & pageMask) * wordsEach + valueWord]!,
    append: (digits: Uint8Array, length: number, value: number): number => {
      if ((count & pageMask) === 0) {
        const page = new Uint8Array(pageSize * octetsEach);
        pages.push(page);
        words.push(new Int32Array(page.buffer));
      }
      const page = pages[count >> pageBits]!;
      const at = (count & pageMask) * octetsEach;
      for (let position = 0; position < length; position++) {
        page[at + (position >> 1)]! |= digits[position]! << ((position & 1) << 2);
      }
      page[at + lengthOctet] = length;
      words[count >> pageBits]![(count & pageMask) * wordsEach + valueWord] = value;
      return count++;
    },
    /** The first position at which a prefix has another digit than `digits`, at most `to`. */
    differsAt: (prefix: number, digits: Uint8Array, to: number): number => {
      const page = pages[prefix >> pageBits]!;
      const at = (prefix & pageMask) * octetsEach;
      for (let position = 0; position < to; position++) {
        if (half(page[at + (position >> 1)]!, position) !== digits[position]) return position;
      }
      return to;
    },
  };
};

const half = (octet: number, position: number): number => (octet >> ((position & 1) << 2)) & 15;
