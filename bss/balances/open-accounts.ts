// Opens accounts in the engine, or gives them a new profile, and keeps whose they are; many at a
// time, for imports. A row says first that it is begun, with the moment that the engine is told in
// every repetition: whoever dies in between asks the same again, and nothing is credited twice.

import type { RequestOf } from "../../engine/protocol/operations.ts";
import type { Refusal as EngineRefusal } from "../../engine/protocol/result-codes.ts";
import { ok, type Result } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { refusalOfEngine, untilKnown } from "../engine-connection.ts";
import type { Answered, Refusal } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Asker, Transact } from "../transact.ts";
import type { IdentifierKey } from "./identifier-key.ts";
import type { EngineMoves } from "./movement.ts";

export type BalanceTools = {
  readonly engine: EngineMoves;
  readonly transact: Transact;
  readonly identifierKey: IdentifierKey;
};

export type AccountToOpen = {
  readonly profile: RequestOf<"putAccount">;
  /** The customer whose it is. */
  readonly owner?: string | undefined;
  readonly billingAccountId?: string | undefined;
  /** What it begins with, once: a second opening credits nothing. */
  readonly opening?: readonly { readonly bucketId: string; readonly amount: number }[];
};

export type OpenedAccount = { readonly accountId: string; readonly refusal: Refusal | undefined };

type Row = { readonly account_id: string; readonly state: string; readonly requested_at: string };

const rowsOf = (accounts: readonly AccountToOpen[], identifierKey: IdentifierKey) =>
  accounts.map(({ profile, owner = null, billingAccountId = null }) => ({
    account_id: profile.accountId,
    owner,
    billing_account_id: billingAccountId,
    product_ids: profile.products.map(({ productId }) => productId),
    identifier_keys: profile.subscriberIdentifiers.map(identifierKey),
    buckets: profile.buckets.map(({ bucketId, unit, currency }) => ({
      ...{ bucketId, unit },
      currency: unit === "money" ? (currency ?? profile.currency) : null,
    })),
  }));

/** An account that is open already keeps its state: then nothing is credited. */
const writeRows = async (
  { statements, now }: Context,
  accounts: readonly AccountToOpen[],
  identifierKey: IdentifierKey,
): Promise<ReadonlyMap<string, Row>> => {
  const { rows } = await statements.query<Row>({
    name: "balance_open_accounts",
    text: `INSERT INTO balance_accounts AS a (account_id, owner, billing_account_id, product_ids,
        identifier_keys, buckets, state, requested_at, updated_at)
      SELECT account_id, owner, billing_account_id, product_ids, identifier_keys, buckets,
        'opening', $2, $2
      FROM jsonb_to_recordset($1::jsonb) AS given (account_id text, owner text,
        billing_account_id text, product_ids text[], identifier_keys text[], buckets jsonb)
      ORDER BY account_id
      ON CONFLICT (account_id) DO UPDATE SET owner = excluded.owner,
        billing_account_id = excluded.billing_account_id, product_ids = excluded.product_ids,
        identifier_keys = excluded.identifier_keys, buckets = excluded.buckets,
        updated_at = excluded.updated_at
      RETURNING account_id, state, requested_at`,
    values: [JSON.stringify(rowsOf(accounts, identifierKey)), now],
  });
  return new Map(rows.map((row) => [row.account_id, row]));
};

const openOne = async (
  engine: EngineMoves,
  { profile, opening = [] }: AccountToOpen,
  row: Row,
): Promise<OpenedAccount> => {
  const { accountId } = profile;
  const asked: (() => Promise<Result<unknown, EngineRefusal>>)[] = [
    () => engine.putAccount(profile),
  ];
  if (row.state === "opening") {
    const requestedAt = Number(row.requested_at);
    for (const { bucketId, amount } of opening) {
      const requestId = `opening:${bucketId}`;
      asked.push(() => engine.topUp({ requestId, accountId, bucketId, amount, requestedAt }));
    }
  }
  for (const ask of asked) {
    const answer = await untilKnown(ask);
    if (!answer.isOk) return { accountId, refusal: refusalOfEngine(answer.error) };
  }
  return { accountId, refusal: undefined };
};

/** Who is at the engine at once; the rest waits. */
const openAll = async (
  engine: EngineMoves,
  accounts: readonly AccountToOpen[],
  rows: ReadonlyMap<string, Row>,
): Promise<readonly OpenedAccount[]> => {
  const opened: OpenedAccount[] = [];
  const left = accounts.values();
  const work = async () => {
    for (const account of left) {
      const row = rows.get(account.profile.accountId) as Row;
      opened.push(await openOne(engine, account, row));
    }
  };
  await Promise.all(Array.from({ length: limits.balanceOpeningsAtOnce }, work));
  return opened;
};

const markOpen = async (context: Context, ids: readonly string[]): Promise<Answered<void>> => {
  const { rows } = await context.statements.query<{ account_id: string; owner: string | null }>({
    name: "balance_mark_open",
    text: `UPDATE balance_accounts SET state = 'open'
      WHERE account_id = ANY($1) AND state = 'opening' RETURNING account_id, owner`,
    values: [ids],
  });
  for (const { account_id: entityId, owner } of rows) {
    context.record({
      ...{ entity: "balanceAccount", entityId, action: "create" },
      ...{ before: null, after: { accountId: entityId, owner } },
    });
  }
  return ok(undefined);
};

/**
 * Each by itself: what the engine refuses keeps no other one back, and may be asked again. Accounts
 * within one call have different ids. Up to `limits.balanceAccountsOpenedMax` of them.
 */
export const openAccounts = async (
  { engine, transact, identifierKey }: BalanceTools,
  asker: Asker,
  accounts: readonly AccountToOpen[],
): Promise<Answered<readonly OpenedAccount[]>> => {
  const rows = await transact(asker, async (context) =>
    ok(await writeRows(context, accounts, identifierKey)),
  );
  if (!rows.isOk) return rows;
  const opened = await openAll(engine, accounts, rows.value);
  const done = opened.filter(({ refusal }) => refusal === undefined);
  const ids = done.map(({ accountId }) => accountId);
  const marked = await transact(asker, (context) => markOpen(context, ids));
  return marked.isOk ? ok(opened) : marked;
};

/** One of them: refused as the engine refuses it. */
export const openAccount = async (
  tools: BalanceTools,
  asker: Asker,
  account: AccountToOpen,
): Promise<Answered<void>> => {
  const opened = await openAccounts(tools, asker, [account]);
  if (!opened.isOk) return opened;
  const refusal = opened.value[0]?.refusal;
  return refusal === undefined ? ok(undefined) : { isOk: false, error: refusal };
};
