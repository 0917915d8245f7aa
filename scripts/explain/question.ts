// `npm run explain -- --account A --group G …`: what a session would be granted now for a use, and
// why, from the account as it stands. Nothing is charged or held.

import { explainNow } from "../../engine/explain/explain-question.ts";
import type { Explanation } from "../../engine/explain/explanation.ts";
import { readRequest, requestMessage } from "../../engine/protocol/messages.ts";
import type { CheckedRequestOf } from "../../engine/protocol/operations.ts";
import { readValue } from "../../engine/store/account-value.ts";
import { installationNow } from "../../engine/store/clock.ts";
import type { Store } from "../../engine/store/connection.ts";
import { shardOf } from "../../engine/store/keys.ts";
import { createProfiles } from "../../engine/store/profiles.ts";
import { openTariffs } from "../../engine/store/tariffs.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { wholeNumber } from "../whole-number.ts";

export type Question = NonNullable<CheckedRequestOf<"explain">["question"]>;

const text = { type: "string" } as const;

/** What says of which use it is. */
export const useFlags = {
  ...{ group: text, units: text, as: text, to: text, from: text, network: text, rat: text },
  ...{ slice: text, dnn: text, service: text, qos: text },
} as const;
type UseFlags = { readonly [F in keyof typeof useFlags]?: string | undefined };

/** Checked as the engine would check it. */
export const readQuestion = (accountId: string, flags: UseFlags): Result<Question, string> => {
  const ratingGroup = wholeNumber(flags.group);
  if (ratingGroup === undefined) return err("--group: the rating group, a number");
  const requestedUnit = wholeNumber(flags.units ?? "0");
  if (requestedUnit === undefined) return err("--units: how many, 0: the engine chooses");
  const question: Question = {
    ...{ subscriberIdentifier: flags.as ?? null, ratingGroup, requestedUnit },
    serviceInformation: {
      ...{ calledPartyAddress: flags.to ?? null, callingPartyAddress: flags.from ?? null },
      ...{ servingNetwork: flags.network ?? null, ratType: flags.rat ?? null },
      ...{ singleNssai: flags.slice ?? null, dataNetworkName: flags.dnn ?? null },
      ...{ serviceIdentifier: flags.service ?? null, qosClass: flags.qos ?? null },
    },
  };
  const asked = { accountId, journalId: null, index: 0, question };
  const read = readRequest(requestMessage("explain", 1, asked));
  return read.operation === undefined ? err(asFlag(read.refusal.detail)) : ok(question);
};

const flagOfField: Readonly<Record<string, string>> = {
  ...{ accountId: "account", ratingGroup: "group", requestedUnit: "units" },
  ...{ subscriberIdentifier: "as", calledPartyAddress: "to", callingPartyAddress: "from" },
  ...{ servingNetwork: "network", ratType: "rat", singleNssai: "slice", dataNetworkName: "dnn" },
  ...{ serviceIdentifier: "service", qosClass: "qos" },
};

/** The engine names a field by the way to it. */
const asFlag = (detail: string): string =>
  detail.replace(/^[\w.]*?(\w+): /, (whole, field) => {
    const flag = flagOfField[field];
    return flag === undefined ? whole : `--${flag}: `;
  });

/** The error is one line. */
export const ask = async (
  store: Store,
  shards: number,
  { accountId, question }: { readonly accountId: string; readonly question: Question },
): Promise<Result<Explanation, string>> => {
  const tariffs = await openTariffs({ ...store, subscribe: async () => undefined });
  const now = await installationNow(store, Date.now());
  const sources = {
    readProfile: createProfiles(store, shards).read,
    readValue: (id: string) => readValue(store, shardOf(id, shards), id),
    ...{ catalogue: tariffs.catalogue(), tariffVersion: tariffs.version(), now },
  };
  const explained = await explainNow(sources, accountId, question);
  if (explained === "changed") return err("the account is being changed; ask again");
  return explained === undefined ? err(`there is no account ${accountId}`) : ok(explained);
};
