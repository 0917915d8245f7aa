// The verbs that all kinds of resource have: made, patched, deleted; each with its audit and event.

import { eq, getTableName } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Actor, Context, DomainEvent } from "../../context.ts";
import { uuidV7 } from "../../db/uuid-v7.ts";
import type { Reach } from "../../permissions.ts";
import { checkRevision } from "../etag.ts";
import { type Answered, refuse } from "../problem.ts";
import { validate } from "../validate.ts";
import { mergePatch } from "./merge-patch.ts";
import {
  eventTypeOf,
  hrefOf,
  type ResourceEvent,
  type ResourceKind,
  shownOf,
} from "./resource-kind.ts";
import type { Document } from "./resource-table.ts";

export type Saved = {
  readonly document: Document;
  readonly revision: number;
  /** As it is in the table where that was written just now: sealed, where the kind is. */
  readonly stored?: Document;
};

/** What who changed it may see of it. */
export const answerOf = (
  kind: ResourceKind,
  { document, stored }: Saved,
  actor: Actor,
): Document => (stored === undefined ? document : shownOf(kind, stored, actor));

type Headers = Readonly<Record<string, string | undefined>>;

/** Foreign ones are not there for who reaches only its own. */
export const findResource = async (
  context: Context,
  kind: ResourceKind,
  id: string,
  reach: Reach,
): Promise<Answered<Saved>> => {
  const row = await readRow(context, kind, { id, reach, lock: "" });
  return row === undefined ? refuse("NOT_FOUND", `there is no ${kind.name} ${id}`) : ok(row);
};

const readRow = async (
  { statements, actor }: Context,
  kind: ResourceKind,
  { id, reach, lock }: { readonly id: string; readonly reach: Reach; readonly lock: string },
): Promise<Saved | undefined> => {
  const table = getTableName(kind.table);
  // One of somebody else is not even waited for: how long it took would tell that it is there.
  const { rows } = await statements.query<Saved>({
    name: `find_${table}_${lock}`,
    text: `SELECT document, revision FROM "${table}"
      WHERE id = $1 AND ($2::text IS NULL OR owner = $2) ${lock}`,
    values: [id, reach === "own" ? (actor.customerId ?? "") : null],
  });
  return rows[0];
};

/** And held until the transaction ends: what is decided on it stays true. */
export const holdResource = async (
  context: Context,
  kind: ResourceKind,
  id: string,
  reach: Reach,
): Promise<Answered<Saved>> => {
  const row = await readRow(context, kind, { id, reach, lock: "FOR UPDATE" });
  if (row !== undefined) return ok(row);
  const successor = reach === "all" ? await kind.successorOf?.(context, id) : undefined;
  return successor === undefined
    ? refuse("NOT_FOUND", `there is no ${kind.name} ${id}`)
    : refuse("CONFLICT", `the ${kind.name} ${id} is ${successor} now`);
};

/** Personal data stays out of events: who may see it asks for it. */
export const tell = (
  context: Context,
  kind: ResourceKind,
  what: ResourceEvent,
  document: Document,
): void => {
  const { id, href, "@type": type } = document;
  const event: DomainEvent = {
    eventType: eventTypeOf(kind, what),
    domain: kind.api.domain,
    resourceName: kind.name,
    resource: kind.privacy === undefined ? document : { id, href, "@type": type },
    resourceId: String(id),
  };
  context.publish(event);
};

const moment = (now: number): string => new Date(now).toISOString();

/** What the table has of it. */
export const rowOf = (kind: ResourceKind, document: Document, now: number) => {
  const sealed = kind.privacy?.seal(document) ?? { document, searchKeys: [] };
  return {
    document: sealed.document,
    searchKeys: [...sealed.searchKeys],
    ...(kind.isOwnerGiven ? {} : { owner: kind.ownerOf?.(document) ?? null }),
    updatedAt: now,
  };
};

export const dated = (kind: ResourceKind, document: Document, now: number): Document =>
  kind.hasLastUpdate ? { ...document, lastUpdate: moment(now) } : document;

/** Who reaches only its own makes nothing for others, and gives nothing away. */
const checkOwner = (
  { actor }: Context,
  kind: ResourceKind,
  { before, after }: { readonly before: Document | undefined; readonly after: Document },
  reach: Reach,
): Answered<void> => {
  const isOwn = kind.isOwnerGiven
    ? before !== undefined
    : kind.ownerOf?.(after) === actor.customerId;
  return reach === "all" || isOwn
    ? ok(undefined)
    : refuse("FORBIDDEN", `the ${kind.name} would not be yours`);
};

/** `body` has passed the shape; `id` is for those who bring their own (imports). */
export const createResource = async (
  context: Context,
  kind: ResourceKind,
  body: Document,
  options: { readonly reach?: Reach; readonly id?: string } = {},
): Promise<Answered<Saved>> => {
  const { now } = context;
  const { reach = "all", id = uuidV7(now) } = options;
  const given = { id, href: hrefOf(kind, id), "@type": kind.type, ...body };
  const decided = await decide(context, kind, undefined, dated(kind, given, now));
  if (!decided.isOk) return decided;
  const owned = checkOwner(context, kind, { before: undefined, after: decided.value }, reach);
  if (!owned.isOk) return owned;
  const row = rowOf(kind, decided.value, now);
  if (!(await insertRow(context, kind, id, row)))
    return refuse("CONFLICT", `there is a ${kind.name} ${id} already`);
  const { document } = row;
  context.record({
    ...{ entity: kind.name, entityId: id, action: "create" },
    ...{ before: null, after: document },
  });
  tell(context, kind, "Create", decided.value);
  return ok({ document: decided.value, revision: 1, stored: document });
};

/** A hot one: built by Drizzle and parsed each time it costs a third of the whole write. */
const insertRow = async (
  { statements, now }: Context,
  kind: ResourceKind,
  id: string,
  { document, searchKeys, owner }: ReturnType<typeof rowOf>,
): Promise<boolean> => {
  const table = getTableName(kind.table);
  const { rowCount } = await statements.query({
    name: `insert_${table}`,
    text: `INSERT INTO "${table}"
      (id, revision, owner, search_keys, document, created_at, updated_at)
      VALUES ($1, 1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING`,
    values: [id, owner, searchKeys, JSON.stringify(document), now],
  });
  return rowCount === 1;
};

const decide = async (
  context: Context,
  kind: ResourceKind,
  before: Document | undefined,
  after: Document,
): Promise<Answered<Document>> =>
  kind.decide === undefined ? ok(after) : kind.decide(context, { before, after });

/** What the definition demands of a new one, no patch may take away. */
const requiredNames = (kind: ResourceKind): readonly string[] =>
  Object.entries(kind.shapes.create.shape)
    .filter(([, shape]) => !shape.safeParse(undefined).success)
    .map(([name]) => name);

const checkWhole = (kind: ResourceKind, document: Document): Answered<unknown> => {
  const gone = requiredNames(kind).filter((name) => document[name] === undefined);
  if (gone.length > 0) {
    const errors = gone.map((name) => ({ pointer: `/${name}`, detail: "it has to be there" }));
    return refuse("INVALID_REQUEST", `/${gone[0]}: it has to be there`, { errors });
  }
  return validate(kind.shapes.whole, "body", document);
};

export const patchResource = async (
  context: Context,
  kind: ResourceKind,
  request: {
    readonly id: string;
    readonly patch: Document;
    readonly headers: Headers;
    readonly reach: Reach;
  },
): Promise<Answered<Saved>> => {
  const { id, patch, headers, reach } = request;
  const held = await holdResource(context, kind, id, reach);
  if (!held.isOk) return held;
  const fresh = checkRevision(headers, held.value.revision);
  if (!fresh.isOk) return fresh;
  const before = openOf(kind, held.value.document);
  const merged = mergePatch(before, patch) as Document;
  const whole = checkWhole(kind, merged);
  if (!whole.isOk) return whole;
  return saveResource(context, kind, { id, before, after: merged, held: held.value, reach });
};

export const openOf = (kind: ResourceKind, stored: Document): Document =>
  kind.privacy === undefined ? stored : kind.privacy.open(stored, unmasked);

/** Decisions are made on what it is, not on what somebody may see of it. */
const unmasked = { kind: "system", id: "", name: "", roles: ["administrator"] } as const;

const saveResource = async (
  context: Context,
  kind: ResourceKind,
  change: { id: string; before: Document; after: Document; held: Saved; reach: Reach },
): Promise<Answered<Saved>> => {
  const { id, before, after, held, reach } = change;
  const decided = await decide(context, kind, before, dated(kind, after, context.now));
  if (!decided.isOk) return decided;
  const owned = checkOwner(context, kind, { before, after: decided.value }, reach);
  if (!owned.isOk) return owned;
  const row = rowOf(kind, decided.value, context.now);
  const revision = held.revision + 1;
  await context.tables
    .update(kind.table)
    .set({ ...row, revision })
    .where(eq(kind.table.id, id));
  context.record({
    ...{ entity: kind.name, entityId: id, action: "update" },
    ...{ before: held.document, after: row.document },
  });
  const { stateField } = kind;
  const isOtherState = stateField !== undefined && before[stateField] !== decided.value[stateField];
  if (isOtherState) tell(context, kind, "StateChange", decided.value);
  tell(context, kind, "AttributeValueChange", decided.value);
  return ok({ document: decided.value, revision, stored: row.document });
};

/** The domain itself changes one: its rules are asked as they are of anybody. */
export const updateResource = async (
  context: Context,
  kind: ResourceKind,
  id: string,
  change: (document: Document) => Document,
): Promise<Answered<Saved>> => {
  const held = await holdResource(context, kind, id, "all");
  if (!held.isOk) return held;
  const before = openOf(kind, held.value.document);
  return saveResource(context, kind, {
    ...{ id, before, after: change(before), held: held.value, reach: "all" },
  });
};

export const deleteResource = async (
  context: Context,
  kind: ResourceKind,
  request: { readonly id: string; readonly headers: Headers; readonly reach: Reach },
): Promise<Answered<void>> => {
  const { id, headers, reach } = request;
  const held = await holdResource(context, kind, id, reach);
  if (!held.isOk) return held;
  const fresh = checkRevision(headers, held.value.revision);
  if (!fresh.isOk) return fresh;
  const allowed = (await kind.mayDelete?.(context, held.value.document)) ?? ok(undefined);
  if (!allowed.isOk) return allowed;
  await context.tables.delete(kind.table).where(eq(kind.table.id, id));
  context.record({
    ...{ entity: kind.name, entityId: id, action: "delete" },
    ...{ before: held.value.document, after: null },
  });
  tell(context, kind, "Delete", shownOf(kind, held.value.document, context.actor));
  return ok(undefined);
};
