// Lists of what the engine says. Which accounts they are made of Postgres knows: by customer,
// billing account, product, number or id. Any other filter is looked at in what the engine
// answered, so it needs one of these beside it: nobody asks for all accounts in order to show
// twenty buckets.

import { asc, inArray } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { AttributeFilter } from "../http/tmf/attribute-filter.ts";
import type { ListQuery } from "../http/tmf/list-query.ts";
import { matchesFilters } from "../http/tmf/matches-filters.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { selectFields } from "../http/tmf/select-fields.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";
import { readBucketId } from "./bucket-terms.ts";
import { type AccountsSought, type BalanceAccount, findAccounts } from "./find-accounts.ts";
import type { IdentifierKey } from "./identifier-key.ts";
import { accumulate, type BalanceReader, readBuckets } from "./read-buckets.ts";
import { balanceAccounts } from "./schema.ts";

export type ListTools = BalanceReader & { readonly identifierKey: IdentifierKey };

type Page = {
  readonly documents: readonly Document[];
  readonly total: number | undefined;
  readonly isPart: boolean;
};

/** What says which accounts; the rest of the filters is looked at afterwards. */
const soughtBy = (filters: readonly AttributeFilter[], identifierKey: IdentifierKey) => {
  const sought: { -readonly [K in keyof AccountsSought]: AccountsSought[K] } = {};
  const rest: AttributeFilter[] = [];
  for (const filter of filters) {
    const name = filter.operator === "eq" ? filter.path.join(".") : "";
    const { values } = filter;
    if (name === "relatedParty.id") sought.owners = values;
    else if (name === "partyAccount.id") sought.billingAccountIds = values;
    else if (name === "product.id") sought.productIds = values;
    else if (name === "logicalResource.id") sought.identifierKeys = values.map(identifierKey);
    else {
      rest.push(filter);
      if (name === "id") sought.accountIds = values.map((id) => readBucketId(id)?.accountId ?? "");
    }
  }
  return { sought, rest };
};

const documentsOf = async (
  tools: ListTools,
  context: Context,
  what: "bucket" | "accumulatedBalance",
  accounts: readonly BalanceAccount[],
): Promise<Answered<readonly Document[]>> => {
  const buckets = await readBuckets(tools, context, accounts);
  if (!buckets.isOk) return buckets;
  if (what === "bucket") return ok(buckets.value.map(({ document }) => document));
  return accumulate(buckets.value);
};

const pageOf = (documents: readonly Document[], { offset, limit, fields }: ListQuery): Page => ({
  documents: documents.slice(offset, offset + limit).map((one) => selectFields(one, fields)),
  total: documents.length,
  isPart: offset + limit < documents.length,
});

export const listBalances = async (
  tools: ListTools,
  context: Context,
  what: "bucket" | "accumulatedBalance",
  query: ListQuery,
  reach: Reach,
): Promise<Answered<Page>> => {
  const { sought, rest } = soughtBy(query.filters, tools.identifierKey);
  if (Object.keys(sought).length === 0 && reach === "all") {
    if (rest.length > 0) {
      return refuse(
        "UNPROCESSABLE",
        "say whose: relatedParty.id, partyAccount.id, product.id, logicalResource.id or id",
      );
    }
    return listAll(tools, context, what, query);
  }
  const accounts = await findAccounts(context, sought, reach);
  if (!accounts.isOk) return accounts;
  const documents = await documentsOf(tools, context, what, accounts.value);
  if (!documents.isOk) return documents;
  return ok(pageOf(documents.value.filter(matchesFilters(rest)), query));
};

/** How many of each account there are: units for what is accumulated, else buckets. */
const counts = {
  bucket: "jsonb_array_length(buckets)",
  accumulatedBalance: `(SELECT count(DISTINCT coalesce(b->>'currency', b->>'unit'))
    FROM jsonb_array_elements(buckets) AS b)`,
} as const;

type Span = {
  readonly account_id: string;
  readonly before: string;
  readonly total: string;
  readonly accounts: string;
};

/** The page's accounts are found by the terms that they were opened with, and asked. */
const listAll = async (
  tools: ListTools,
  context: Context,
  what: "bucket" | "accumulatedBalance",
  query: ListQuery,
): Promise<Answered<Page>> => {
  const { offset, limit } = query;
  const accountsMax = Math.max(limits.listCountedMax, offset + limit) + 1;
  const { rows } = await context.statements.query<Span>({
    name: `balance_span_${what}`,
    text: `WITH counted AS (
        SELECT account_id, ${counts[what]} AS n FROM balance_accounts ORDER BY account_id LIMIT $3),
      summed AS (
        SELECT account_id, sum(n) OVER (ORDER BY account_id) - n AS before,
          sum(n) OVER () AS total, count(*) OVER () AS accounts, n FROM counted)
      SELECT account_id, before, total, accounts FROM summed
      WHERE before + n > $1 AND before < $1 + $2 ORDER BY account_id`,
    values: [offset, Math.max(limit, 1), accountsMax],
  });
  const [first] = rows;
  if (first === undefined) {
    return ok({ documents: [], total: offset === 0 ? 0 : undefined, isPart: false });
  }
  const accounts = await accountsIn(context, rows);
  const documents = await documentsOf(tools, context, what, accounts);
  if (!documents.isOk) return documents;
  const within = offset - Number(first.before);
  const page = pageOf(documents.value, { ...query, offset: within });
  const counted = Number(first.total);
  const total = Number(first.accounts) < accountsMax ? counted : undefined;
  return ok({ ...page, total, isPart: offset + limit < counted });
};

const accountsIn = async (
  { tables }: Context,
  rows: readonly Span[],
): Promise<readonly BalanceAccount[]> => {
  const found = await tables
    .select()
    .from(balanceAccounts)
    .where(
      inArray(
        balanceAccounts.accountId,
        rows.map(({ account_id }) => account_id),
      ),
    )
    .orderBy(asc(balanceAccounts.accountId));
  return found;
};

/** Of an id: foreign ones are not there for who reaches only its own. */
export const findBalance = async (
  tools: ListTools,
  context: Context,
  what: "bucket" | "accumulatedBalance",
  id: string,
  reach: Reach,
): Promise<Answered<Document>> => {
  const place = readBucketId(id);
  const accounts = await findAccounts(context, { accountIds: [place?.accountId ?? ""] }, reach);
  if (!accounts.isOk) return accounts;
  const documents = await documentsOf(tools, context, what, accounts.value);
  if (!documents.isOk) return documents;
  const found = documents.value.find((one) => one["id"] === id);
  return found === undefined ? refuse("NOT_FOUND", `there is no ${what} ${id}`) : ok(found);
};
