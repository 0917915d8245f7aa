// `npm run balance` as a process: its help, its exit codes, and whose lines they are.

import { expect, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";

const run = (...words: readonly string[]) =>
  runCommand("scripts/seed/show-balance.ts", words, {
    ...process.env,
    TOLLGATE_DATA: "/nowhere/tollgate",
  });

test("tells how it is used, and asks no engine for words that it does not know", async () => {
  const asked = await run("--help");
  expect(asked).toMatchObject({ code: 0, stderr: "" });
  expect(asked.stdout).toMatch(/^npm run balance -- 4915100000000\n/);
  expect(await run("--foo")).toEqual({
    ...{ code: 2, stdout: "" },
    stderr: "balance: Unknown option '--foo'\n",
  });
  const away = await run("4915100000000");
  expect(away).toMatchObject({ code: 1, stdout: "" });
  expect(away.stderr).toMatch(
    /^balance: no access token in .*; start Tollgate first: npm start\n$/,
  );
});
