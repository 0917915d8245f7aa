// Small files. Functions (60 lines) are measured by Biome, noExcessiveLinesPerFunction.

import { type Complaint, fileRule, isProgram, type Rule, type TreeFile } from "./rule.ts";

const linesMax = 400;
const linesMaxOfTest = 800;
const linesMaxOfLuaCommand = 80;
const linesMedianMax = 90;
const linesNinetiethMax = 250;
const columnsMax = 100;
/** Below this number of files a median says nothing. */
const filesForStatistics = 10;

const isLuaCommand = (file: TreeFile): boolean => /^engine\/lua\/[^/]+\.lua$/.test(file.path);

const linesAllowed = (file: TreeFile): number => {
  if (isLuaCommand(file)) return linesMaxOfLuaCommand;
  return file.isTest ? linesMaxOfTest : linesMax;
};

/** Nobody reads or edits it as a whole: it is as long as what it is generated from. */
const isGenerated = (file: TreeFile): boolean => file.path.endsWith(".generated.ts");

export const fileSizeRule = fileRule("file-size", (file) => {
  const allowed = linesAllowed(file);
  return isProgram(file) && !isGenerated(file) && file.lines.length > allowed
    ? [{ line: allowed + 1, message: `${file.lines.length} lines; at most ${allowed}` }]
    : [];
});

export const columnsRule = fileRule("columns", (file) =>
  isProgram(file)
    ? file.lines.flatMap((text, index) => {
        const columns = [...text].length;
        const message = `${columns} columns; at most ${columnsMax}`;
        return columns > columnsMax ? [{ line: index + 1, message }] : [];
      })
    : [],
);

/** The size that the given share of the files does not exceed. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? 0;

export const medianSizeRule: Rule = {
  name: "median-size",
  check: (tree) => {
    const sizes = tree.filter(isProgram).map((file) => file.lines.length);
    if (sizes.length < filesForStatistics) return [];
    const sorted = sizes.sort((a, b) => a - b);
    const [median, ninetieth] = [quantile(sorted, 0.5), quantile(sorted, 0.9)];
    const found: Complaint[] = [];
    const complain = (message: string) => found.push({ path: ".", line: 1, message });
    if (median > linesMedianMax) complain(`the median file has ${median} lines`);
    if (ninetieth >= linesNinetiethMax)
      complain(`a tenth of the files has ${ninetieth} lines or more`);
    return found;
  },
};
