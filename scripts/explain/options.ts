// The flags of `npm run explain`, read and checked.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";

export const help = `npm run explain -- ID[/N] [flags]
                     why operation N of a journal entry cost what it cost
  --account A        whose operation, where the entry has several and N is left out
  --shard S          where the journal entry is, of several shards
  --json             as data

npm run explain -- --account A [flags]
                     the account's latest operations, with their ids; what was charged in
                     its currency; and of sessions each rating group that got nothing
  --session S        of one session
  --last N           so many (20)

Exit code 0: explained, all of it follows from the journal; 1: something does not, and is told; 2:
it could not be done.
`;

export type ExplainOptions = {
  /** Undefined: operations are listed. */
  readonly journalId: string | undefined;
  readonly index: number | undefined;
  readonly accountId: string | undefined;
  readonly session: string | undefined;
  readonly shard: number | undefined;
  readonly last: number;
  readonly isJson: boolean;
};

const lastMax = 10_000;

const flags = {
  account: { type: "string" },
  session: { type: "string" },
  shard: { type: "string" },
  last: { type: "string", default: "20" },
  json: { type: "boolean", default: false },
} as const;

/** The error is one line. */
export const readExplainOptions = (words: readonly string[]): Result<ExplainOptions, string> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: flags,
      allowPositionals: true,
    });
    return readValues(values, positionals);
  } catch (error) {
    return err(flagMistake(error));
  }
};

type Values = {
  readonly account?: string | undefined;
  readonly session?: string | undefined;
  readonly shard?: string | undefined;
  readonly last: string;
  readonly json: boolean;
};

const readValues = (values: Values, words: readonly string[]): Result<ExplainOptions, string> => {
  const { account: accountId, session, json: isJson } = values;
  const [word, ...more] = words;
  if (more.length > 0) return err("one journal id, as 1798675200000-0/3");
  const [, journalId, place] = /^(\d{1,16}-\d{1,10})(?:\/(\d{1,5}))?$/.exec(word ?? "") ?? [];
  if (word !== undefined && journalId === undefined) {
    return err(`${word}: expected a journal id, as 1798675200000-0/3`);
  }
  if (journalId === undefined && accountId === undefined) {
    return err("a journal id, or --account to list what there is");
  }
  if (journalId === undefined && isJson) return err("--json: of one operation, by its journal id");
  const last = wholeNumber(values.last, lastMax);
  const shard = values.shard === undefined ? 0 : wholeNumber(values.shard, 4_095);
  if (last === undefined) return err(`--last: a number up to ${lastMax}`);
  if (shard === undefined) return err("--shard: the number of a shard");
  return ok({
    ...{ journalId, accountId, session, last, isJson },
    index: place === undefined ? undefined : Number(place),
    shard: values.shard === undefined ? undefined : shard,
  });
};

const wholeNumber = (text: string, max: number): number | undefined =>
  /^\d{1,6}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
