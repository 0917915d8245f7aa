// `npm run balance -- 4915100000000`: asks the running engine what a subscriber has left.

import { alignColumns, bold, complain, print } from "../supervisor/terminal.ts";
import { balanceRows } from "./balance-text.ts";
import { connectAsBusiness } from "./local-client.ts";

/** Digits alone are an E.164 number; anything else is taken as it stands. */
const identifierOf = (argument: string): string => {
  const digits = argument.replace(/^\+/, "");
  return /^\d{5,15}$/.test(digits) ? `msisdn-${digits}` : argument;
};

/** The exit code. */
const showBalance = async (argument: string | undefined): Promise<number> => {
  if (argument === undefined) {
    complain("whose balance? npm run balance -- 4915100000000");
    return 2;
  }
  const connected = connectAsBusiness();
  if (!connected.isOk) {
    complain(connected.error.message);
    return connected.error.exitCode;
  }
  const { client, url } = connected.value;
  const subscriberIdentifier = identifierOf(argument);
  const balance = await client.queryBalance({ subscriberIdentifier });
  await client.close();
  if (!balance.isOk && balance.error.code === "UNREACHABLE") {
    complain(`no engine at ${url}; start it: npm start`);
    return 1;
  }
  if (!balance.isOk) {
    complain(`${subscriberIdentifier}: ${balance.error.code} ${balance.error.detail}`.trimEnd());
    return 1;
  }
  const { accountId, openSessions } = balance.value;
  print(
    `\n  ${bold(subscriberIdentifier)} on account ${accountId}, ${openSessions} open sessions\n`,
  );
  for (const row of alignColumns(balanceRows(balance.value))) print(`  ${row}`);
  print("");
  return 0;
};

process.exitCode = await showBalance(process.argv[2]);
