// `npm run administrator`: a way back in when nobody remembers the administrator's password. Who
// can read the database's own password may; it prints a one-time password, ends the user's sessions
// and takes the second factor away. The audit has it.

import { parseArgs } from "node:util";
import { systemActor } from "../../bss/context.ts";
import { openDatabase } from "../../bss/db/connection.ts";
import { reasonOf } from "../../bss/db/database-error.ts";
import { uuidV7 } from "../../bss/db/uuid-v7.ts";
import { createIdentity, resetAdministrator } from "../../bss/identity/index.ts";
import { createCipher, keyRingOf, newKeys } from "../../bss/privacy/index.ts";
import { createTransact } from "../../bss/transact.ts";
import { findDatabaseUrl } from "../database-settings.ts";
import { complain, flagMistake, print } from "../terminal-text.ts";

const help = `npm run administrator [-- flags]
                      gives an administrator a new one-time password, or makes one
  --login NAME        whose; admin where it is left out

Exit code 0: the password is printed; 2: it could not be done, with one line that says why.
`;
const notRun = 2;

const reset = async (url: string, login: string | undefined) => {
  const database = openDatabase({ url, name: "tollgate administrator", onError: () => undefined });
  try {
    const transact = createTransact(database, Date.now);
    const identity = createIdentity({
      ...{ database, transact, publicUrl: "", ticks: () => performance.now() },
      // Nothing is sealed or opened on the way.
      cipher: createCipher(keyRingOf(newKeys())),
    });
    const asker = {
      ...{ actor: systemActor("npm run administrator"), requestId: uuidV7(Date.now()) },
      reason: "a new one-time password, asked for at the machine",
    };
    return await transact(asker, (context) => resetAdministrator(context, identity, login));
  } finally {
    await database.close();
  }
};

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes("--help")) {
    process.stdout.write(help);
    return 0;
  }
  const refuse = (reason: string): number => {
    complain("administrator", reason);
    return notRun;
  };
  try {
    const { login } = parseArgs({
      args: [...words],
      options: { login: { type: "string" } },
    }).values;
    const url = findDatabaseUrl(process.env);
    if (!url.isOk) return refuse(url.error);
    const done = await reset(url.value, login).catch((error: Error) => reasonOf(error));
    if (typeof done === "string") return refuse(done);
    if (!done.isOk) return refuse(done.error.detail);
    const { login: name, oneTimePassword } = done.value;
    print([`administrator "${name}", one-time password ${oneTimePassword}`]);
    return 0;
  } catch (error) {
    return refuse(flagMistake(error));
  }
};

// A connection that failed goes on trying: the process ends here, whatever is open.
process.exit(await main(process.argv.slice(2)));
