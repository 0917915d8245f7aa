// Names that an object of a JSON text has twice. `JSON.parse` keeps the last without a word: what
// is charged would not be what somebody who reads the document from its top takes it to say.

import { type Note, nameText } from "./document-reader.ts";

/** An object, or an array, that is open where the text is read. */
type Level =
  | { readonly names: Set<string>; name: string }
  | { readonly names: undefined; index: number };

/** Nothing of a tariff stands deeper; a place would grow with what nests there. */
const depthMax = 16;

/** A name has its colon; other strings are passed over whole, with the brackets in them. */
const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[[\]{},]/g;

/** `text` is JSON: it was parsed already. Each name is noted as often as it comes again. */
export const noteRepeatedNames = (text: string, note: Note): void => {
  const levels: Level[] = [];
  for (const [token, quoted, colon] of text.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === "{") levels.push({ names: new Set(), name: "" });
    else if (token === "[") levels.push({ names: undefined, index: 0 });
    else if (token === "}" || token === "]") levels.pop();
    else if (token === "," && level?.names === undefined) level!.index++;
    if (quoted === undefined || colon === undefined || level?.names === undefined) continue;
    level.name = JSON.parse(quoted) as string;
    const isRepeated = level.names.has(level.name);
    if (isRepeated && levels.length <= depthMax) note(placeOf(levels), "given already");
    level.names.add(level.name);
  }
};

const placeOf = (levels: readonly Level[]): string =>
  levels
    .map((level) => (level.names === undefined ? `[${level.index}]` : `.${nameText(level.name)}`))
    .join("")
    .slice(1);
