// The one-time password of an installation's first administrator, told once and in one place: a
// file that only its owner reads, for whoever started this process, or else standard error. Logs
// never have it.

import { writeFileSync } from "node:fs";
import type { FirstPassword } from "./identity/index.ts";

export const tellFirstPassword = (
  password: FirstPassword | undefined,
  file: string | undefined,
): void => {
  if (password === undefined) return;
  const { login, oneTimePassword } = password;
  const line = `administrator "${login}", one-time password ${oneTimePassword}\n`;
  if (file === undefined) process.stderr.write(line);
  else writeFileSync(file, line, { mode: 0o600 });
};
