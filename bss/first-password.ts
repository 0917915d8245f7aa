// The one-time password of an installation's first administrator, told once and in one place: a
// file that only its owner reads, for whoever started this process, or else standard error. Logs
// never have it.

import { rmSync, writeFileSync } from "node:fs";
import type { FirstPassword } from "./identity/index.ts";

export const tellFirstPassword = (
  password: FirstPassword | undefined,
  file: string | undefined,
): void => {
  if (password === undefined) return;
  const { login, oneTimePassword } = password;
  const line = `administrator "${login}", one-time password ${oneTimePassword}\n`;
  if (file === undefined) {
    process.stderr.write(line);
    return;
  }
  try {
    // One that is there might be another's, or read by all.
    rmSync(file, { force: true });
    writeFileSync(file, line, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = "npm run administrator gives another password";
    process.stderr.write(`BSS_FIRST_PASSWORD_FILE: it cannot be written (${code}): ${remedy}\n`);
  }
};
