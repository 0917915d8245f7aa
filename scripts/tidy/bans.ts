// What must not be left behind, as patterns over lines. Patterns are written so that they do not
// match themselves: a bracket around one letter.

import { fileRule, type Rule, type TreeFile } from "./rule.ts";

type Ban = {
  readonly name: string;
  readonly pattern: RegExp;
  /** Where to look: in everything, in the code without comments and strings, or in comments. */
  readonly in: "text" | "code" | "comments";
  readonly where: (file: TreeFile) => boolean;
  readonly message: string;
};

const everywhere = (): boolean => true;
const isTypeScript = (file: TreeFile): boolean => file.language === "typescript";

/** Shapes of statements that prose does not have. */
const deadStatements = [
  "(?:const|let) \\w+ ?[=:].*",
  "(?:import|export) .* from .*",
  "(?:if|for|while) \\(.*\\{",
  "throw new .*;",
  "return \\S+;",
  "[\\w.]+\\(.*\\);",
  "\\}[);,]*",
];
const deadCode = new RegExp(`^\\s*//\\s*(?:${deadStatements.join("|")})\\s*$`);

const bans: readonly Ban[] = [
  {
    name: "left-over",
    pattern: /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/,
    in: "text",
    where: everywhere,
    message: "is unfinished: do it, or write an issue",
  },
  {
    name: "skipped-test",
    pattern: /\b(?:test|it|describe|suite|bench)\b[\w.]*\.(?:only|ski[p]|tod[o])\b/,
    in: "code",
    where: isTypeScript,
    message: "a test that does not run, or keeps others from running",
  },
  {
    name: "type-silencer",
    pattern: /@ts-(?:igno[r]e|noche[c]k)/,
    in: "comments",
    where: isTypeScript,
    message: "silences the compiler",
  },
  {
    name: "machine-path",
    pattern: /(?:^|[\s"'`(=:])\/(?:wor[k]|far[m]|roo[t]|home\/\w+)\/|\.\.\/share[d]/,
    in: "text",
    where: everywhere,
    message: "a path of one machine",
  },
  {
    name: "dead-code",
    pattern: deadCode,
    in: "comments",
    where: isTypeScript,
    message: "commented-out code: git remembers it",
  },
];

const ruleOf = (ban: Ban): Rule =>
  fileRule(ban.name, (file) => {
    if (!ban.where(file)) return [];
    const lines = ban.in === "text" ? file.lines : file[ban.in].split("\n");
    return lines.flatMap((text, index) =>
      ban.pattern.test(text) ? [{ line: index + 1, message: ban.message }] : [],
    );
  });

export const banRules: readonly Rule[] = bans.map(ruleOf);
