// A JSON body as it must be: UTF-8 that is not broken, no name twice in an object (RFC 8259 §4
// leaves open which one counts, so two programs may read two things), no name that JavaScript
// treats apart, not deeper than anything that is meant here.

import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Or what is wrong with it, in words. */
export const readJson = (octets: Uint8Array): Result<unknown, string> => {
  let text: string;
  try {
    text = utf8.decode(octets);
  } catch {
    return err("the body is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(`the body is not JSON${placeOf(String(error), text)}`);
  }
  const mistake = namesProblem(text);
  return mistake === undefined ? ok(value) : err(mistake);
};

/** V8 quotes the text around it, which may be somebody's secret, and not always says where. */
const placeOf = (message: string, text: string): string => {
  if (text.trim() === "") return ": it is empty";
  if (message.includes("end of JSON")) return ": it ends too early";
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

/** Of a text that is known to be JSON: a scan of its strings and brackets is enough. */
const namesProblem = (text: string): string | undefined => {
  // Of each bracket that is open: the names so far, or null within an array.
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === 0x7b || sign === 0x5b) {
      open.push(sign === 0x7b ? new Set() : null);
      expectsName = sign === 0x7b;
      if (open.length > limits.bodyDepthMax) {
        return `the body is nested deeper than ${limits.bodyDepthMax}`;
      }
    } else if (sign === 0x7d || sign === 0x5d) {
      open.pop();
      expectsName = false;
    } else if (sign === 0x2c) {
      expectsName = open.at(-1) !== null;
    } else if (sign === 0x22) {
      const end = endOfString(text, at);
      const names = expectsName ? open.at(-1) : null;
      if (names) {
        const name: string = JSON.parse(text.slice(at, end + 1));
        if (names.has(name)) return `the name ${JSON.stringify(name)} stands twice in an object`;
        if (name === "__proto__") return 'the name "__proto__" is not taken';
        names.add(name);
        expectsName = false;
      }
      at = end;
    }
  }
  return undefined;
};

const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
};
