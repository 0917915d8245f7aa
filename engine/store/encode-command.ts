// A command in Redis' protocol (RESP: an array of bulk strings), written octet by octet into one
// buffer. Most words are short and ASCII; each by itself is not worth a call of Buffer's.

export type Argument = string | number | Buffer;

/** Written anew for each command. */
let scratch = Buffer.allocUnsafeSlow(65_536);
/** `$`, a length, and the end of two lines. */
const overhead = 1 + 16 + 4;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const zero = 0x30;
const array = "*".charCodeAt(0);
const bulk = "$".charCodeAt(0);
const asciiMax = 0x7f;

/** The words of the lists, one after the other; text as UTF-8. */
export const encodeCommand = (...lists: readonly (readonly Argument[])[]): Buffer => {
  let words = 0;
  for (let i = 0; i < lists.length; i++) words += lists[i]!.length;
  let at = writeLine(0, array, words);
  for (let i = 0; i < lists.length; i++) {
    const list = lists[i]!;
    for (let k = 0; k < list.length; k++) at = writeWord(at, list[k]!);
  }
  return Buffer.from(scratch.subarray(0, at));
};

const writeWord = (from: number, word: Argument): number => {
  if (typeof word === "number") return writeText(from, String(word));
  return typeof word === "string" ? writeText(from, word) : writeOctets(from, word);
};

const writeText = (from: number, text: string): number => {
  const { length } = text;
  reserve(from, length);
  let at = writeLine(from, bulk, length);
  for (let k = 0; k < length; k++) {
    const code = text.charCodeAt(k);
    if (code > asciiMax) return writeOctets(from, Buffer.from(text));
    scratch[at + k] = code;
  }
  at += length;
  return endLine(at);
};

const writeOctets = (from: number, octets: Buffer): number => {
  reserve(from, octets.length);
  const at = writeLine(from, bulk, octets.length);
  scratch.set(octets, at);
  return endLine(at + octets.length);
};

const writeLine = (from: number, kind: number, count: number): number => {
  let digits = 1;
  for (let rest = count; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  scratch[from] = kind;
  let rest = count;
  for (let at = from + digits; at > from; at--) {
    scratch[at] = zero + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return endLine(from + 1 + digits);
};

const endLine = (at: number): number => {
  scratch[at] = carriageReturn;
  scratch[at + 1] = lineFeed;
  return at + 2;
};

const reserve = (at: number, length: number): void => {
  const needed = at + length + overhead;
  if (needed <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * needed);
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
};
