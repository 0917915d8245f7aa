// What someone wrote, in a sentence about it. JSON escapes the controls below U+0020 and lone
// surrogates; it leaves DEL, the C1 controls, separators of lines, and what turns the direction of
// writing or hides.

const shownLengthMax = 40;

/** What steers a terminal, ends a line, turns the direction of others or hides. */
export const misleading = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * In quotation marks, at most `lengthMax` characters, and such that it stays in its line and
 * neither steers a terminal nor hides in a log (CWE-117). `JSON.parse` reads it back.
 */
export const quoteText = (text: string, lengthMax: number = shownLengthMax): string =>
  JSON.stringify(text.slice(0, lengthMax)).replace(misleading, escapeUnits);

const escapeUnits = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
