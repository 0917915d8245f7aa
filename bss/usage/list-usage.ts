// Pages of rated usage, newest first, at the cost of the page alone; and one usage by its id.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import {
  journalPositionAt,
  type LedgerRecord,
  readBucketsAt,
  readUsageAt,
  readUsageBack,
} from "../ledger/index.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";
import type { AccountOwners } from "./account-owners.ts";
import { usageDocument } from "./usage-document.ts";
import { endOf, placeOf, usageIdOf } from "./usage-id.ts";
import type { UsageQuery } from "./usage-query.ts";

export type UsagePage = {
  readonly documents: readonly Document[];
  /** The id behind which the next page begins; undefined: there is none. */
  readonly next: string | undefined;
};

/** Clocks of engines may be ahead of ours by so much. */
const aheadMs = 60_000;

const nobody: readonly string[] = [];

/** Undefined: of all accounts there are. */
const accountsAsked = async (
  { statements, actor }: Context,
  { customerId, accountId }: UsageQuery,
  { owners, reach }: { readonly owners: AccountOwners; readonly reach: Reach },
): Promise<readonly string[] | undefined> => {
  const isForeign = reach === "own" && customerId !== undefined && customerId !== actor.customerId;
  if (isForeign) return nobody;
  const customer = reach === "own" ? actor.customerId : customerId;
  if (customer === undefined) return accountId === undefined ? undefined : [accountId];
  const accounts = await owners.accountsOf(statements, customer);
  return accountId === undefined ? accounts : accounts.filter((one) => one === accountId);
};

export const listUsage = async (
  context: Context,
  query: UsageQuery,
  scope: { readonly owners: AccountOwners; readonly reach: Reach },
): Promise<UsagePage> => {
  const accountIds = await accountsAsked(context, query, scope);
  if (accountIds?.length === 0) return { documents: [], next: undefined };
  const latest = endOf(query.until ?? context.now + aheadMs);
  const before = query.after ?? latest;
  const span = { accountIds, from: journalPositionAt(query.from), before };
  const page = await readUsageBack(context.statements, span, query.limit);
  return {
    documents: await documentsOf(context, page.records, scope.owners),
    next: page.next && usageIdOf(page.next),
  };
};

const documentsOf = async (
  { statements }: Context,
  records: readonly LedgerRecord[],
  owners: AccountOwners,
): Promise<readonly Document[]> => {
  const asked = records.flatMap(({ entry, record }) =>
    record.changes.map(({ slot }) => ({ accountId: record.accountId, slot, entry })),
  );
  const buckets = await readBucketsAt(statements, asked);
  const accountIds = [...new Set(records.map(({ record }) => record.accountId))];
  const customers = await owners.ownersOf(statements, accountIds);
  let at = 0;
  return records.map((one) => {
    const { accountId, changes } = one.record;
    const bySlot = new Map(changes.map(({ slot }) => [slot, buckets[at++]]));
    return usageDocument(one, (slot) => bySlot.get(slot), customers.get(accountId));
  });
};

export const findUsage = async (
  context: Context,
  id: string,
  { owners, reach }: { readonly owners: AccountOwners; readonly reach: Reach },
): Promise<Answered<Document>> => {
  const place = placeOf(id);
  const found = place && (await readUsageAt(context.statements, place));
  const missing = refuse("NOT_FOUND", `there is no usage ${id.slice(0, limits.tmfIdCharsMax)}`);
  if (found === undefined) return missing;
  if (reach === "own") {
    const customers = await owners.ownersOf(context.statements, [found.record.accountId]);
    const owner = customers.get(found.record.accountId);
    if (owner === undefined || owner !== context.actor.customerId) return missing;
  }
  const [document] = await documentsOf(context, [found], owners);
  return document === undefined ? missing : ok(document);
};
