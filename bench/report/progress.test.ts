// Progress on a terminal and in a log file.

import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { openLines, openProgress } from "./progress.ts";

const openCollector = () => {
  let text = "";
  const stream = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
};

test("a log file gets a line at the beginning and one at the end of a stage", () => {
  const { stream, text } = openCollector();
  const progress = openProgress(stream as unknown as NodeJS.WriteStream);
  progress.begin("yardstick");
  for (let share = 0; share <= 1; share += 0.1) progress.show(share, "500,000/s");
  progress.end("512,345/s");
  expect(text()).toBe("yardstick …\nyardstick: 512,345/s\n");
});

test("a long stage says now and then how far it is", async () => {
  const { stream, text } = openCollector();
  const progress = openLines(stream, 20);
  progress.begin("saturation");
  progress.show(0.1, "too early");
  await pause(30);
  progress.show(0.5, "101,000/s");
  expect(text()).toBe("saturation …\nsaturation 50 % 101,000/s\n");
});

test("a terminal gets a bar that gives way to the outcome", () => {
  const { stream, text } = openCollector();
  const terminal = Object.assign(stream, {
    isTTY: true,
    columns: 100,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  const progress = openProgress(terminal as unknown as NodeJS.WriteStream);
  progress.begin("ceiling");
  progress.show(0.5, "150,000/s");
  progress.end("151,000/s");
  expect(text()).toContain("ceiling ");
  expect(text().endsWith("  ceiling: 151,000/s\n")).toBe(true);
});
