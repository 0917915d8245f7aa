// Where a text stops being JSON, and what would have to stand there. `JSON.parse` says it in words
// that change with the version of Node, some of them without a place.

import { quoteText } from "../../engine/values/quote-text.ts";

type Wanted = "value" | "value or ]" | "name" | "name or }" | ":" | ", or end" | "nothing";

export type JsonMistake = { readonly position: number; readonly text: string };

// A run of plain characters is taken in one way only: a string that never ends is tried once.
const plain = String.raw`[^"\\\u0000-\u001f]*`;
const escaped = String.raw`\\(?:["\\/bfnrt]|u[\da-fA-F]{4})`;
const quoted = `"${plain}(?:${escaped}${plain})*"`;
const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const token = new RegExp(String.raw`${quoted}|${number}|true|false|null|[[\]{},:]`, "y");
const blank = /[ \t\n\r]*/y;

const read = (form: RegExp, text: string, at: number): string => {
  form.lastIndex = at;
  return form.exec(text)?.[0] ?? "";
};

/** Undefined: it is JSON. */
export const jsonMistake = (text: string): JsonMistake | undefined => {
  const open: ("]" | "}")[] = [];
  let wanted: Wanted = "value";
  for (let at = 0; ; ) {
    at += read(blank, text, at).length;
    const found = read(token, text, at);
    if (at === text.length && wanted === "nothing") return undefined;
    const next: Wanted | undefined = found === "" ? undefined : after(wanted, found, open);
    if (next === undefined) return { position: at, text: mistakeText(wanted, open, text, at) };
    wanted = next;
    at += found.length;
  }
};

/** What is wanted after `found`; undefined: it may not stand here. Keeps what is `open`. */
const after = (wanted: Wanted, found: string, open: ("]" | "}")[]): Wanted | undefined => {
  const onward = () => (open.length === 0 ? "nothing" : ", or end");
  const isEnd = found === open.at(-1) && (wanted === ", or end" || wanted.endsWith(found));
  if (isEnd) {
    open.pop();
    return onward();
  }
  switch (wanted) {
    case "value":
    case "value or ]":
      if (found === "{" || found === "[") {
        open.push(found === "{" ? "}" : "]");
        return found === "{" ? "name or }" : "value or ]";
      }
      return /^[\]},:]/.test(found) ? undefined : onward();
    case "name":
    case "name or }":
      return found.startsWith('"') ? ":" : undefined;
    case ":":
      return found === ":" ? "value" : undefined;
    case ", or end":
      if (found !== ",") return undefined;
      return open.at(-1) === "}" ? "name" : "value";
    case "nothing":
      return undefined;
  }
};

const mistakeText = (wanted: Wanted, open: readonly string[], text: string, at: number): string => {
  const [character] = text.slice(at, at + 2);
  const found = character === undefined ? "the end" : quoteText(character);
  const expected = wanted === ", or end" ? `, or ${open.at(-1)}` : wanted;
  const isAfterComma = (wanted === "name" || wanted === "value") && found === `"${open.at(-1)}"`;
  const hint = isAfterComma ? ", with a comma before it that is one too many" : "";
  return `expected ${expected}, got ${found}${hint}`;
};
