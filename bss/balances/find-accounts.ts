// Whose account it is, and which accounts somebody has: by customer, billing account, product or
// number; of who reaches only its own, never another one.

import { and, arrayOverlaps, asc, eq, inArray, type SQL } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";
import { type BucketPlace, type BucketTerms, readBucketId } from "./bucket-terms.ts";
import { balanceAccounts } from "./schema.ts";

export type BalanceAccount = {
  readonly accountId: string;
  readonly owner: string | null;
  readonly billingAccountId: string | null;
  readonly productIds: readonly string[];
  readonly identifierKeys: readonly string[];
  readonly buckets: readonly BucketTerms[];
};

const columns = {
  accountId: balanceAccounts.accountId,
  owner: balanceAccounts.owner,
  billingAccountId: balanceAccounts.billingAccountId,
  productIds: balanceAccounts.productIds,
  identifierKeys: balanceAccounts.identifierKeys,
  buckets: balanceAccounts.buckets,
};

/** Undefined: anybody's. */
const ownCondition = ({ actor }: Context, reach: Reach): SQL | undefined =>
  reach === "own" ? eq(balanceAccounts.owner, actor.customerId ?? "") : undefined;

/** A hot one: built by Drizzle and parsed each time it costs more than all that it finds. */
export const findAccount = async (
  { statements, actor }: Context,
  accountId: string,
  reach: Reach,
): Promise<BalanceAccount | undefined> => {
  const { rows } = await statements.query<BalanceAccount>({
    name: "find_balance_account",
    text: `SELECT account_id AS "accountId", owner, billing_account_id AS "billingAccountId",
        product_ids AS "productIds", identifier_keys AS "identifierKeys", buckets
      FROM balance_accounts WHERE account_id = $1`,
    values: [accountId],
  });
  const [row] = rows;
  return reach === "own" && row?.owner !== actor.customerId ? undefined : row;
};

export type FoundBucket = BucketPlace & {
  readonly account: BalanceAccount;
  readonly terms: BucketTerms;
};

/** `pointer` says where in the body the id stood. */
export const findBucket = async (
  context: Context,
  id: string,
  reach: Reach,
  pointer: string,
): Promise<Answered<FoundBucket>> => {
  const place = readBucketId(id);
  const account = place && (await findAccount(context, place.accountId, reach));
  const terms = account?.buckets.find(({ bucketId }) => bucketId === place?.bucketId);
  if (place === undefined || account === undefined || terms === undefined) {
    const errors = [{ pointer, detail: "there is no such bucket" }];
    return refuse("UNPROCESSABLE", `${pointer}: there is no such bucket`, { errors });
  }
  return ok({ ...place, account, terms });
};

/** What narrows a list of accounts down; each of several values is an alternative. */
export type AccountsSought = {
  readonly accountIds?: readonly string[];
  readonly owners?: readonly string[];
  readonly billingAccountIds?: readonly string[];
  readonly productIds?: readonly string[];
  readonly identifierKeys?: readonly string[];
};

/** Refused when there are more than a page of buckets can be made of. */
export const findAccounts = async (
  context: Context,
  sought: AccountsSought,
  reach: Reach,
): Promise<Answered<readonly BalanceAccount[]>> => {
  const { accountIds, owners, billingAccountIds, productIds, identifierKeys } = sought;
  const rows = await context.tables
    .select(columns)
    .from(balanceAccounts)
    .where(
      and(
        ownCondition(context, reach),
        accountIds && inArray(balanceAccounts.accountId, [...accountIds]),
        owners && inArray(balanceAccounts.owner, [...owners]),
        billingAccountIds && inArray(balanceAccounts.billingAccountId, [...billingAccountIds]),
        productIds && arrayOverlaps(balanceAccounts.productIds, [...productIds]),
        identifierKeys && arrayOverlaps(balanceAccounts.identifierKeys, [...identifierKeys]),
      ),
    )
    .orderBy(asc(balanceAccounts.accountId))
    .limit(limits.balanceAccountsListedMax + 1);
  if (rows.length <= limits.balanceAccountsListedMax) return ok(rows);
  return refuse(
    "UNPROCESSABLE",
    `more than ${limits.balanceAccountsListedMax} accounts: narrow it`,
  );
};
