// An action's row: written with what the engine is to be asked, changed with what it answered. Each
// with its audit, and with the event that tells how it ended.

import { getTableName } from "drizzle-orm";
import type { Context } from "../context.ts";
import { hrefOf } from "../http/tmf/resource-kind.ts";
import { type Action, type ActionKind, actionKinds, eventOfAction } from "./action-kinds.ts";
import type { FoundBucket } from "./find-accounts.ts";
import { bucketRefOf, ownerRefOf } from "./references.ts";
import type { ActionStatusType } from "./tmf654.generated.ts";

export type HeldAction = {
  readonly action: Action;
  readonly revision: number;
  readonly owner: string | null;
};

export const actionHref = (kind: ActionKind, id: string): string => hrefOf(actionKinds[kind], id);

/** What names a person stays out of what is kept: an id says who it is. */
const nameless = (body: Readonly<Record<string, unknown>>) => {
  const kept: Record<string, unknown> = { ...body };
  for (const field of ["requestor", "receiver", "partyAccount"]) {
    const { name: _, ...rest } = (body[field] ?? {}) as Record<string, unknown>;
    if (body[field] !== undefined) kept[field] = rest;
  }
  return kept;
};

/**
 * Of what was asked: numbers are not kept, the account says whose they are. `asked` has passed its
 * shape.
 */
export const newAction = (
  { now }: Context,
  kind: ActionKind,
  id: string,
  { asked, bucket }: { readonly asked: object; readonly bucket: FoundBucket },
): Action => {
  const { accountId, account } = bucket;
  const { billingAccountId } = account;
  return {
    ...nameless(asked as Record<string, unknown>),
    ...{ id, href: actionHref(kind, id), "@type": actionKinds[kind].type, status: "created" },
    requestedDate: new Date(now).toISOString(),
    bucket: bucketRefOf(bucket),
    logicalResource: [{ id: accountId, "@referredType": "BalanceAccount" }],
    ...(billingAccountId === null ? {} : { partyAccount: { id: billingAccountId } }),
    ...ownerRefOf(account),
  };
};

export const insertAction = async (
  context: Context,
  kind: ActionKind,
  action: Action,
  owner: string | null,
): Promise<void> => {
  const table = getTableName(actionKinds[kind].table);
  await context.statements.query({
    name: `insert_${table}`,
    text: `INSERT INTO "${table}" (id, revision, owner, document, created_at, updated_at)
      VALUES ($1, 1, $2, $3, $4, $4)`,
    values: [action.id, owner, JSON.stringify(action), context.now],
  });
  const { name } = actionKinds[kind];
  context.record({
    ...{ entity: name, entityId: action.id, action: "create" },
    ...{ before: null, after: action },
  });
  tellOutcome(context, kind, action);
};

const tellOutcome = (context: Context, kind: ActionKind, action: Action): void => {
  const event = eventOfAction(kind, action);
  if (event !== undefined) context.publish(event);
};

/** And kept as it is until the transaction ends, if it is to be changed. */
export const findAction = async (
  { statements }: Context,
  kind: ActionKind,
  id: string,
  lock: "" | "FOR UPDATE" = "",
): Promise<HeldAction | undefined> => {
  const table = getTableName(actionKinds[kind].table);
  const { rows } = await statements.query<{
    document: Action;
    revision: number;
    owner: string | null;
  }>({
    name: `find_${table}_action_${lock}`,
    text: `SELECT document, revision, owner FROM "${table}" WHERE id = $1 ${lock}`,
    values: [id],
  });
  const [row] = rows;
  return row && { action: row.document, revision: row.revision, owner: row.owner };
};

export const saveAction = async (
  context: Context,
  kind: ActionKind,
  before: Action,
  after: Action,
): Promise<void> => {
  const { name, table } = actionKinds[kind];
  await context.statements.query({
    name: `save_${getTableName(table)}`,
    text: `UPDATE "${getTableName(table)}"
      SET document = $2, revision = revision + 1, updated_at = $3 WHERE id = $1`,
    values: [after.id, JSON.stringify(after), context.now],
  });
  context.record({
    ...{ entity: name, entityId: after.id, action: "update" },
    ...{ before, after },
  });
  if (before.status !== after.status) tellOutcome(context, kind, after);
};

/** As it ended: `changes` says what else is known by then. */
export const endedAction = (
  { now }: Context,
  action: Action,
  status: ActionStatusType,
  changes: Readonly<Record<string, unknown>>,
): Action => ({
  ...action,
  ...{ status, confirmationDate: new Date(now).toISOString() },
  ...changes,
});
