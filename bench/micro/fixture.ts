// What the hot path works on, made by the engine's own code: accounts of the bench, the demo's
// tariff, and updates from the wire message on.

import type { Profile } from "../../engine/balance/profile.ts";
import { readRequest, requestMessage, type WireMessage } from "../../engine/protocol/messages.ts";
import type {
  CheckedRequestOf,
  OperationName,
  RequestOf,
} from "../../engine/protocol/operations.ts";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import { type AdministrationName, isAdministration } from "../../engine/server/asker.ts";
import { taskOf } from "../../engine/server/task-of.ts";
import type { TariffCatalogue } from "../../engine/session/price-plan.ts";
import { type AccountEntry, newEntry } from "../../engine/store/profiles.ts";
import type { AnswerTo, Task } from "../../engine/store/task.ts";
import { assert } from "../../engine/values/assert.ts";
import { tariffDocument } from "../../scripts/seed/operator.ts";
import { benchAccount } from "../client/accounts.ts";

export const tariffVersion = 1;

export const tariffs = (): TariffCatalogue => {
  const tariff = parseTariff(tariffDocument());
  assert(tariff.isOk, "the demo's tariff is valid");
  return new Map([[tariff.value.tariffId, [{ version: tariffVersion, tariff: tariff.value }]]]);
};

const published = [...tariffs().values()][0]![0]!;

export const ratingGroupOf = (_: number, ratingGroup: number) =>
  published.tariff.ratingGroups.get(ratingGroup);

export const accountEntry = (request: CheckedRequestOf<"putAccount">): AccountEntry => {
  const profile: Profile = { ...request, version: 1 };
  const made = { plans: [], dues: { kept: undefined, names: undefined } };
  const [identifier = ""] = profile.subscriberIdentifiers;
  const entry = newEntry(profile, made, 0, identifier);
  entry.tariffVersion = tariffVersion;
  return entry;
};

export const benchEntry = (number: number): AccountEntry => accountEntry(benchAccount(number));

export const nobody: AnswerTo = { peer: 0, succeed: () => undefined, refuse: () => undefined };

type TaskOperation = Exclude<OperationName, AdministrationName>;

/** As the dispatch makes it of a message, ready for a batch. */
export const taskFor = <N extends TaskOperation>(
  entry: AccountEntry,
  operation: N,
  request: RequestOf<N>,
  now: number,
): Task => {
  const read = readRequest(requestMessage(operation, 1, request));
  assert(read.operation !== undefined, `${operation} cannot be read`);
  assert(!isAdministration(read), "a task");
  const task = taskOf(read, nobody, now);
  assert("verb" in task, `${operation} is refused`);
  task.account = entry;
  task.tariffVersion = tariffVersion;
  return task;
};

/** An update as network elements send it: one rating group, 150 octets on the wire. */
export const updateRequest = (
  number: number,
  sequence: number,
  now: number,
): RequestOf<"update"> => {
  const { subscriberIdentifiers } = benchAccount(number);
  return {
    sessionId: `smf3.mnc001.mcc262;1795000000;${number + 1}`,
    sequence,
    subscriberIdentifier: subscriberIdentifiers[1] ?? "",
    eventTimestamp: now,
    multipleUnitUsage: [
      { ratingGroup: 20, requestedUnit: 20_971_520, usedUnit: 20_970_501 + (number % 1_000) },
    ],
    serviceInformation: { calledPartyAddress: null, servingNetwork: "26201" },
  };
};

export const updateMessages = (count: number, now: number): readonly WireMessage[] =>
  Array.from({ length: count }, (_, number) =>
    requestMessage("update", number + 1, updateRequest(number, 7, now)),
  );
