// States are unions, handled exhaustively: a `default:` would swallow the state that is added next
// year. In scripts and bench, switches are over what the system says (error codes), which is open.

import { fileRule, lineAt } from "./rule.ts";

/** The offset after the bracket that closes the one at `start`. */
const endOfBlock = (code: string, start: number, open: string, close: string): number => {
  let depth = 0;
  for (let offset = start; offset < code.length; offset += 1) {
    if (code[offset] === open) depth += 1;
    if (code[offset] === close) depth -= 1;
    if (depth === 0) return offset + 1;
  }
  return code.length;
};

/** Offsets of the `default:` that belong to the switch whose block is from `start` to `end`. */
const defaultsOf = (code: string, start: number, end: number): number[] => {
  const found: number[] = [];
  let depth = 0;
  for (let offset = start; offset < end; offset += 1) {
    if ("({[".includes(code.charAt(offset))) depth += 1;
    if (")}]".includes(code.charAt(offset))) depth -= 1;
    const isOwn = depth === 1 && /^\bdefault\s*:/.test(code.slice(offset, offset + 20));
    if (isOwn && !/[\w$.]/.test(code.charAt(offset - 1))) found.push(offset);
  }
  return found;
};

export const switchRule = fileRule("switch-default", ({ path, code, language }) => {
  if (language !== "typescript" || !/^(?:engine|bss)\//.test(path)) return [];
  return [...code.matchAll(/\bswitch\s*\(/g)].flatMap((match) => {
    const block = endOfBlock(code, code.indexOf("(", match.index), "(", ")");
    const start = code.indexOf("{", block);
    return defaultsOf(code, start, endOfBlock(code, start, "{", "}")).map((offset) => ({
      line: lineAt(code, offset),
      message: "a switch over a union names every case; end it with unreachable()",
    }));
  });
});
