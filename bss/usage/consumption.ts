// TMF677: what the accounts of a customer have consumed in a period, by bucket, summed up from the
// ledger when it is asked for and kept as it was told then.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { decimalOf } from "../http/tmf/amounts.ts";
import type { ResourceKind, TmfApi } from "../http/tmf/resource-kind.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { type Consumed, journalPositionAt, sumConsumed } from "../ledger/index.ts";
import { limits } from "../limits.ts";
import type { AccountOwners } from "./account-owners.ts";
import { usageConsumptions } from "./schema.ts";
import { QueryUsageConsumption, QueryUsageConsumption_Create } from "./tmf677.generated.ts";

export const consumptionApi: TmfApi = {
  basePath: "/tmf-api/usageConsumption/v4",
  ...{ domain: "usageConsumption", tag: "TMF677 Usage Consumption" },
};

type Query = QueryUsageConsumption;

/** Where somebody names nothing: the calendar would need a time zone, a span does not. */
const periodMsDefault = 30 * 24 * 3_600_000;

const quantityOf = ({ unit, currency }: Consumed, amount: bigint) =>
  unit === "money"
    ? { amount: decimalOf(Number(amount)), units: currency ?? unit }
    : { amount: Number(amount), units: unit };

const bucketOf = (
  consumed: Consumed,
  period: { readonly startDateTime: string; readonly endDateTime: string },
): Document => ({
  id: `${consumed.accountId}:${consumed.bucketId}`,
  ...{ name: consumed.bucketId, usageType: consumed.unit, isShared: false },
  remainingValue: quantityOf(consumed, consumed.remaining),
  reservedValue: quantityOf(consumed, consumed.reserved),
  bucketCounter: [
    {
      ...{ counterType: "used", level: "global", valueName: consumed.unit },
      value: quantityOf(consumed, consumed.debited),
      consumptionPeriod: period,
    },
  ],
  partyAccount: { id: consumed.accountId, "@referredType": "BalanceAccount" },
});

/** Whose: by customer, or by account; nobody's is refused. */
const accountsOf = async (
  { statements }: Context,
  query: Query,
  owners: AccountOwners,
): Promise<Answered<readonly string[]>> => {
  const named = query.partyAccount ?? query.searchCriteria?.partyAccount ?? [];
  const parties = query.relatedParty ?? query.searchCriteria?.relatedParty ?? [];
  const ofParties = await Promise.all(parties.map(({ id }) => owners.accountsOf(statements, id)));
  const accounts = new Set([...named.map(({ id }) => id), ...ofParties.flat()]);
  if (named.length === 0 && parties.length === 0) {
    return refuse("UNPROCESSABLE", "/searchCriteria: expected relatedParty or partyAccount", {
      errors: [{ pointer: "/searchCriteria", detail: "whose consumption is it?" }],
    });
  }
  if (accounts.size > limits.consumptionAccountsMax) {
    return refuse("UNPROCESSABLE", `more than ${limits.consumptionAccountsMax} accounts`);
  }
  return ok([...accounts]);
};

const periodOf = ({ searchCriteria }: Query, now: number) => {
  const { startDateTime, endDateTime } = searchCriteria?.validPeriod ?? {};
  const until = endDateTime === undefined ? now : Date.parse(endDateTime);
  const from = startDateTime === undefined ? until - periodMsDefault : Date.parse(startDateTime);
  return { from: Math.max(0, from), until: Math.max(0, until) };
};

/** The customer that all the accounts belong to; undefined: several, or nobody. */
const ownerOfAll = async (
  { statements }: Context,
  accounts: readonly string[],
  owners: AccountOwners,
) => {
  const byAccount = await owners.ownersOf(statements, accounts);
  const customers = new Set(accounts.map((account) => byAccount.get(account)));
  return customers.size === 1 ? [...customers][0] : undefined;
};

const answerOf =
  (owners: AccountOwners): NonNullable<ResourceKind["decide"]> =>
  async (context, { after }) => {
    const query = after as Query;
    const accounts = await accountsOf(context, query, owners);
    if (!accounts.isOk) return accounts;
    const { from, until } = periodOf(query, context.now);
    if (from >= until) {
      return refuse("UNPROCESSABLE", "/searchCriteria/validPeriod: it ends before it begins");
    }
    const span = { from: journalPositionAt(from), until: journalPositionAt(until) };
    const consumed = await sumConsumed(context.statements, accounts.value, span);
    const period = {
      startDateTime: new Date(from).toISOString(),
      endDateTime: new Date(until).toISOString(),
    };
    const moment = new Date(context.now).toISOString();
    const customer = await ownerOfAll(context, accounts.value, owners);
    return ok({
      ...after,
      ...(customer === undefined
        ? {}
        : { relatedParty: [{ id: customer, role: "customer", "@referredType": "Customer" }] }),
      queryUsageConsumptionDate: moment,
      usageConsumption: [
        {
          ...{ state: "done", creationDate: moment, lastUpdate: moment, validPeriod: period },
          bucketRefOrValue: consumed.map((one) => bucketOf(one, period)),
        },
      ],
    });
  };

export const consumptionKind = (owners: AccountOwners): ResourceKind => ({
  api: consumptionApi,
  ...{ name: "queryUsageConsumption", type: "QueryUsageConsumption", table: usageConsumptions },
  shapes: {
    create: QueryUsageConsumption_Create,
    // There is no PATCH of it.
    update: QueryUsageConsumption_Create,
    whole: QueryUsageConsumption,
  },
  permissions: { read: "usage:read", write: "usage:read" },
  methods: ["list", "get", "create", "delete"],
  decide: answerOf(owners),
  ownerOf: (document) => {
    const [party] = (document["relatedParty"] ?? []) as readonly { readonly id: string }[];
    return party?.id;
  },
});
