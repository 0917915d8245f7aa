// What commands say. A document or a journal comes from anywhere: what somebody wrote into one is
// shown, but never steers the terminal.

import { wholeFigure } from "../bench/report/table.ts";
import { misleading } from "../engine/values/quote-text.ts";

const plainText = (text: string): string => text.replace(misleading, "?");

export const print = (lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${plainText(line)}\n`).join(""));
};

/** "1 row", "12,513 rows". */
export const counted = (count: number, noun: string): string =>
  `${wholeFigure(count)} ${noun}${count === 1 ? "" : "s"}`;

/** What Node says of flags that it cannot read, without its advice. */
export const flagMistake = (error: unknown): string => {
  const { message } = error as Error;
  const [, ambiguous] = /^Option '(?:.*, )?(--[^ ']+).*' argument is ambiguous/.exec(message) ?? [];
  if (ambiguous !== undefined) {
    return `${ambiguous}: what begins with "-" is another flag; as its value: ${ambiguous}=…`;
  }
  return message.split(/\.\s/)[0] ?? "";
};

/** As `npm run COMMAND` names itself: "tariff". */
export const complain = (command: string, text: string): void => {
  process.stderr.write(`${command}: ${plainText(text)}\n`);
};
