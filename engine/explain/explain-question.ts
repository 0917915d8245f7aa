// What a use would meet now: the same plan and the same arithmetic as for a session that begins, on
// the account as it stands. Nothing is changed; a refusal that never came into the journal is
// explained this way.

import { duesAt } from "../balance/dues.ts";
import type { Profile } from "../balance/profile.ts";
import { verbs } from "../cdr/journal-numbers.ts";
import { priceContextOf, type ServiceInformation } from "../cdr/service-information.ts";
import type { CheckedRequestOf } from "../protocol/operations.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { PriceQuestion, TariffCatalogue } from "../session/price-plan.ts";
import { type AccountValue, readAccountValue } from "../store/account-value.ts";
import { dueBytes } from "../store/due-bytes.ts";
import type { AskedEntry, AskedOperation } from "../store/journal-asked.ts";
import { planBytes } from "../store/plan-bytes.ts";
import { readPlanNumbers } from "../store/plan-numbers.ts";
import { accountPrefix } from "../store/profiles.ts";
import { countryFor } from "../store/rule-bytes.ts";
import { standingsOf } from "./bucket-standing.ts";
import { type Cells, startWork } from "./cells.ts";
import { balancesOf, dueExplained, useExplained } from "./explain-operation.ts";
import type { Explanation } from "./explanation.ts";
import { type Replanned, replanUse, type World } from "./replan.ts";
import { replayOperation } from "./replay-operation.ts";

type Question = NonNullable<CheckedRequestOf<"explain">["question"]>;

export type NowSources = {
  readonly readProfile: (accountId: string) => Promise<Profile | undefined>;
  /** Its octets in Redis; null: there is none. */
  readonly readValue: (accountId: string) => Promise<Buffer | null>;
  readonly catalogue: TariffCatalogue;
  readonly tariffVersion: number;
  readonly now: number;
};

/** Undefined: there is no such account; "changed" since its profile was read. */
export const explainNow = async (
  sources: NowSources,
  accountId: string,
  { subscriberIdentifier, ratingGroup, requestedUnit, serviceInformation }: Question,
): Promise<Explanation | "changed" | undefined> => {
  const { catalogue, tariffVersion, now: at } = sources;
  const profile = await sources.readProfile(accountId);
  const value = await sources.readValue(accountId);
  if (profile === undefined || value === null) return undefined;
  const account = readAccountValue(value);
  if (account.profileVersion !== profile.version) return "changed";
  const subscriber = subscriberIdentifier ?? accountPrefix + accountId;
  const context = priceContextOf(serviceInformation, subscriber);
  const use = { ratingGroup, tariffVersion, at, context };
  const asked = { ...use, subscriber, requestedUnit, serviceInformation };
  return explainQuestion({ profile, catalogue }, account, asked);
};

type NowQuestion = PriceQuestion & {
  readonly subscriber: string;
  /** 0: the engine chooses. */
  readonly requestedUnit: number;
  readonly serviceInformation: ServiceInformation;
};

const explainQuestion = (world: World, value: AccountValue, question: NowQuestion): Explanation => {
  const { profile } = world;
  const { at, subscriber, tariffVersion } = question;
  const again = replanUse(world, question);
  const operation = operationOf(world, question, again);
  const work = startWork(cellsOf(value), {
    bucketSlots: profile.buckets.length,
    now: at,
    holders: value.sessions.size + 1,
  });
  const replay = replayOperation(work, operation, undefined);
  const { standings, problems } = standingsOf(profile, again);
  return {
    ...{ journalId: "", index: 0, accountId: profile.accountId, what: "question", id: "" },
    ...{ sequence: 0, at, eventTimestamp: at, subscriber, tariffVersion, problems },
    ...{ profileVersion: profile.version, currency: profile.currency, costMicros: 0 },
    code: resultCodes.SUCCESS.number,
    movement: undefined,
    refund: undefined,
    dues: replay.dues.map((due) => dueExplained(profile, due)),
    uses: replay.entries.map((entry) =>
      useExplained(profile, operation, entry, { again, standings }),
    ),
    balances: balancesOf(profile, replay),
    rulesHit: [],
  };
};

/** As Lua unpacks them: three strings come first. */
const cellsOf = ({ buckets, counters }: AccountValue): Cells => [
  ...[undefined, undefined, undefined, undefined],
  ...buckets.flatMap(({ remaining, reserved }) => [remaining, reserved]),
  ...counters.flatMap(({ value, period }) => [value, period]),
];

const operationOf = (
  { profile }: World,
  question: NowQuestion,
  { plan }: Replanned,
): AskedOperation => {
  const { at, requestedUnit, ratingGroup, serviceInformation, tariffVersion } = question;
  const bytes = planBytes(plan);
  const most = Math.max(plan.quotaUnitsMin, Math.min(requestedUnit, plan.quotaUnitsMax));
  const entry: AskedEntry = {
    ratingGroup,
    used: 0,
    wanted: requestedUnit === 0 ? plan.quotaUnitsDefault : most,
    validityTime: plan.validityTimeSeconds,
    publication: plan.publication,
    change: 0,
    plan: readPlanNumbers({ bytes, at: 0 }),
  };
  const nothingSaid = { identifierPlace: undefined, usedBeforeUntil: [] };
  return {
    ...{ journalId: "", index: 0, at, accountId: profile.accountId, verb: verbs.initiate },
    ...{ id: "", profileVersion: profile.version, sequence: 0, tariffVersion, fingerprint: 0 },
    ...{ switchVersion: tariffVersion, isAllOrNothing: false },
    ...{ deadline: at, peer: 0, code: resultCodes.SUCCESS.number, changes: [], remarks: [] },
    follows: { sequence: 0, tariffVersion },
    dues: dueBytes(profile, duesAt(profile, at).dues, countryFor(profile, serviceInformation)),
    entries: [entry],
    said: { eventTimestamp: at, serviceInformation: Buffer.alloc(0), ...nothingSaid },
    answer: Buffer.alloc(0),
  };
};
