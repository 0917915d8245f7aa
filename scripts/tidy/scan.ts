// Tells code from comments and strings, so that rules neither miss an import nor trip over a word
// in a sentence. A tokenizer, not a parser: TypeScript 7 has no stable syntax tree to offer, and
// tidy needs none.

export const kinds = { code: 0, comment: 1, string: 2 } as const;
type Kind = (typeof kinds)[keyof typeof kinds];

/** One kind for every character of a source. */
export type Kinds = Uint8Array;

const tokens = {
  comment: /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
  string: /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y,
  // From the opening backtick, or from the brace that ends an insertion, to the next insertion or
  // the end.
  template: /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y,
  regularExpression: /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y,
  word: /[\w$\u0080-\uffff]+/y,
  space: /\s+/y,
} as const;

// After these a slash begins a regular expression; after a value it divides.
const operatorBeforeValue = /^[=(,:[!&|?{;+\-*%<>~^]?$/;
const wordsBeforeValue = new Set(
  "return typeof case in of delete void throw new else do yield await".split(" "),
);
const isBeforeValue = (token: string): boolean =>
  operatorBeforeValue.test(token) || wordsBeforeValue.has(token);

const matchAt = (pattern: RegExp, source: string, offset: number): string | undefined => {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
};

type Token = { readonly text: string; readonly kind: Kind };

const nextToken = (source: string, offset: number, before: string, inTemplate: boolean): Token => {
  const comment = matchAt(tokens.comment, source, offset);
  if (comment !== undefined) return { text: comment, kind: kinds.comment };
  const string =
    matchAt(tokens.string, source, offset) ??
    (source[offset] === "`" || inTemplate ? matchAt(tokens.template, source, offset) : undefined) ??
    (isBeforeValue(before) ? matchAt(tokens.regularExpression, source, offset) : undefined);
  if (string !== undefined) return { text: string, kind: kinds.string };
  const text =
    matchAt(tokens.space, source, offset) ??
    matchAt(tokens.word, source, offset) ??
    source.charAt(offset);
  return { text, kind: kinds.code };
};

/** Tells apart what a TypeScript or JavaScript source is made of. */
export const scanTypeScript = (source: string): Kinds => {
  const found = new Uint8Array(source.length);
  const open: string[] = [];
  let before = "";
  for (let offset = 0; offset < source.length; ) {
    const endsInsertion = source[offset] === "}" && open.at(-1) === "${";
    const { text, kind } = nextToken(source, offset, before, endsInsertion);
    found.fill(kind, offset, offset + text.length);
    offset += text.length;
    if (text.startsWith("}")) open.pop();
    const beginsInsertion = kind === kinds.string && /^[`}]/.test(text) && text.endsWith("${");
    if (text === "{" || beginsInsertion) open.push(beginsInsertion ? "${" : "{");
    if (kind === kinds.comment || text.trim() === "") continue;
    before = beginsInsertion ? "(" : kind === kinds.string ? ")" : text;
  }
  return found;
};

const luaTokens = [
  // Long brackets: a comment after two dashes, else a string.
  /(?:--)?\[(=*)\[[\s\S]*?(?:\]\1\]|$)/,
  /--[^\n]*/,
  /"(?:[^"\\\n]|\\[\s\S])*"?/,
  /'(?:[^'\\\n]|\\[\s\S])*'?/,
];
const luaToken = new RegExp(luaTokens.map(({ source }) => source).join("|"), "g");

/** The same for Lua. */
export const scanLua = (source: string): Kinds => {
  const found = new Uint8Array(source.length);
  for (const match of source.matchAll(luaToken)) {
    const kind = match[0].startsWith("--") ? kinds.comment : kinds.string;
    found.fill(kind, match.index, match.index + match[0].length);
  }
  return found;
};

/** The source with every character that is not of the wanted kinds replaced by a blank. */
export const keepKinds = (source: string, found: Kinds, wanted: readonly Kind[]): string => {
  let kept = "";
  for (let offset = 0; offset < source.length; offset += 1) {
    const character = source.charAt(offset);
    kept += character === "\n" || wanted.includes(found[offset] as Kind) ? character : " ";
  }
  return kept;
};
