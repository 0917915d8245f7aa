// What a spreadsheet saved is not always UTF-8: Excel writes Windows' Latin-1 as "CSV" and UTF-16
// as "Unicode text". The encoding is found out over the whole file, before a row is read, so that
// no name comes out garbled half way down.

import { createReadStream } from "node:fs";

export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

const sampleOctets = 4_096;
/** Latin text in UTF-16 has a zero in every other octet; any other text has next to none. */
const zerosMin = 0.4;

/** Text that is not valid UTF-8, nor UTF-16 by its mark or its zeros, is taken as Latin-1. */
export const detectEncoding = async (file: string): Promise<TextEncoding> => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isFirst = true;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const wide = isFirst ? wideEncodingOf(chunk) : undefined;
    if (wide !== undefined) return wide;
    isFirst = false;
    if (!isDecodable(() => decoder.decode(chunk, { stream: true }))) return "windows-1252";
  }
  return isDecodable(() => decoder.decode()) ? "utf-8" : "windows-1252";
};

/** The text in pieces, without a byte order mark; `onOctets` is told how far the file is read. */
export async function* readText(
  file: string,
  encoding: TextEncoding,
  onOctets: (count: number) => void = () => undefined,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let count = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    yield decoder.decode(chunk, { stream: true });
    count += chunk.length;
    onOctets(count);
  }
  yield decoder.decode();
}

const wideEncodingOf = (chunk: Buffer): TextEncoding | undefined => {
  const [first, second] = chunk;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const zeros: [number, number] = [0, 0];
  const sample = chunk.subarray(0, sampleOctets);
  for (const [index, octet] of sample.entries()) if (octet === 0) zeros[index & 1]! += 1;
  const enough = (zerosMin * sample.length) / 2;
  if (zeros[1] > enough && zeros[0] < zeros[1] / 2) return "utf-16le";
  return zeros[0] > enough && zeros[1] < zeros[0] / 2 ? "utf-16be" : undefined;
};

const isDecodable = (decode: () => string): boolean => {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
};
