// The flags of `npm run explain`, read and checked.

import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";
import { wholeNumber } from "../whole-number.ts";
import { type Question, readQuestion, useFlags } from "./question.ts";

export const help = `npm run explain -- ID[/N] [flags]
                     why operation N of a journal entry cost what it cost
  --account A        whose operation, where the entry has several and N is left out
  --shard S          where the journal entry is, of several shards
  --json             as data

npm run explain -- --account A [flags]
                     the account's latest operations, with their ids; what was charged in
                     its currency; and what was refused: events, rating groups of sessions
  --session S        of one session
  --last N           so many (20)

npm run explain -- --account A --group G [flags]
                     what a session would be granted now, of rating group G; nothing is held
  --units N          so many wanted; left out, the engine chooses
  --as NUMBER        which of the account's subscriber identifiers asks
  --to --from --network --rat --slice --dnn --service --qos
                     what the network says of it, as in npm run tariff -- price
  --json             as data

Exit code 0: explained, all of it follows from the journal; 1: something does not, and is told; 2:
it could not be done.
`;

/** Undefined: it was not said. */
export type ExplainOptions =
  | {
      readonly kind: "operation";
      readonly journalId: string;
      readonly index: number | undefined;
      readonly accountId: string | undefined;
      readonly shard: number | undefined;
      readonly isJson: boolean;
    }
  | {
      readonly kind: "list";
      readonly accountId: string;
      readonly session: string | undefined;
      readonly shard: number | undefined;
      readonly last: number;
    }
  | {
      readonly kind: "question";
      readonly accountId: string;
      readonly question: Question;
      readonly isJson: boolean;
    };

export type OptionsOf<K extends ExplainOptions["kind"]> = Extract<ExplainOptions, { kind: K }>;

const lastMax = 10_000;

const flags = {
  account: { type: "string" },
  session: { type: "string" },
  shard: { type: "string" },
  last: { type: "string" },
  json: { type: "boolean", default: false },
  ...useFlags,
} as const;

/** The error is one line. */
export const readExplainOptions = (words: readonly string[]): Result<ExplainOptions, string> => {
  try {
    return readWords(words);
  } catch (error) {
    return err(flagMistake(error));
  }
};

const readWords = (words: readonly string[]): Result<ExplainOptions, string> => {
  const args = [...words];
  const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
  const { account: accountId, session, json: isJson } = values;
  const [word, ...more] = positionals;
  if (more.length > 0) return err("one journal id, as 1798675200000-0/3");
  const [, journalId, place] = /^(\d{1,16}-\d{1,10})(?:\/(\d{1,5}))?$/.exec(word ?? "") ?? [];
  if (word !== undefined && journalId === undefined) {
    return err(`${word}: expected a journal id, as 1798675200000-0/3`);
  }
  const last = wholeNumber(values.last ?? "20", 0, lastMax);
  const shard = values.shard === undefined ? undefined : wholeNumber(values.shard, 0, 4_095);
  if (last === undefined) return err(`--last: a number up to ${lastMax}`);
  if (shard === undefined && values.shard !== undefined)
    return err("--shard: the number of a shard");
  const isAsked = Object.keys(useFlags).some((flag) => flag in values);
  if (journalId !== undefined && isAsked) return err("a journal id or a use, not both");
  if (journalId !== undefined) {
    const index = place === undefined ? undefined : Number(place);
    return ok({ kind: "operation", journalId, index, accountId, shard, isJson });
  }
  if (accountId === undefined) return err("a journal id, or --account to list what there is");
  const ofPast = (["session", "last", "shard"] as const).find((flag) => flag in values);
  if (isAsked && ofPast !== undefined) return err(`--${ofPast}: not of a use that might be`);
  if (isAsked) {
    const question = readQuestion(accountId, values);
    return question.isOk
      ? ok({ kind: "question", accountId, isJson, question: question.value })
      : question;
  }
  if (isJson) return err("--json: of one operation, by its journal id, or of a use, by --group");
  return ok({ kind: "list", accountId, session, shard, last });
};
