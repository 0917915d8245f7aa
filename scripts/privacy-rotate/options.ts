// The flags of `npm run privacy:rotate`, read and checked, and where the file of keys is.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { flagMistake } from "../terminal-text.ts";

export const help = `npm run privacy:rotate [-- flags]
                      brings personal data that is sealed with an older key under the
                      newest one, beside a running Tollgate; interrupted it goes on where
                      it was
  --new-key           makes a newer key first, and adds it to the file of keys: copy that
                      to every machine of the business side, and to its backup

The file is PRIVACY_KEYS_FILE, or the one that npm start keeps in the data folder. An older
key may go from it when a run has sealed nothing anew.

Exit code 0: all is under the newest key; 1: something does not open or it cannot be done,
with lines that say why; 2: a flag is wrong; 130: it was interrupted.
`;

export type RotateOptions = { readonly isKeyWanted: boolean };

const flags = { "new-key": { type: "boolean", default: false } } as const;

/** The error is one line. */
export const readRotateOptions = (words: readonly string[]): Result<RotateOptions, string> => {
  try {
    const { values } = parseArgs({ args: [...words], options: flags });
    return ok({ isKeyWanted: values["new-key"] });
  } catch (error) {
    return err(flagMistake(error));
  }
};

const root = fileURLToPath(new URL("../..", import.meta.url));

export const findKeyFile = (env: NodeJS.ProcessEnv): string => {
  const given = env["PRIVACY_KEYS_FILE"]?.trim();
  if (given) return path.resolve(given);
  const folder = path.resolve(root, env["TOLLGATE_DATA"]?.trim() || ".tollgate");
  return dataFolderPaths(folder).privacyKeys;
};
