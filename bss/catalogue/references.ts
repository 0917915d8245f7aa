// What documents of the catalogue refer to: it has to be there in the same transaction, and stays
// there until that ends; a reference gets the address and the name of what it leads to. And the
// other way round: what refers to a thing.

import { sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, type Place, refuse } from "../http/problem.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { limits } from "../limits.ts";
import { hrefTo, type KindName, kindNames, referenceFields, tableOf } from "./kind-names.ts";
import { readAddress } from "./versions.ts";

export type Reference = {
  readonly to: KindName;
  readonly id: string | undefined;
  readonly version: string | undefined;
  readonly pointer: string;
};

const isObject = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

/** In the order of the fields; a value in place of a reference has no id and refers to nothing. */
export const referencesOf = (kind: KindName, document: Document): readonly Reference[] =>
  referenceFields[kind].flatMap(({ field, form, to }): readonly Reference[] => {
    const value = document[field];
    if (value === undefined) return [];
    if (form === "id") {
      return [{ to, id: textOf(value), version: undefined, pointer: `/${field}` }];
    }
    const refs = form === "one" ? [value] : (value as readonly unknown[]);
    return refs.filter(isObject).map((ref, index) => ({
      ...{ to, id: textOf(ref["id"]), version: textOf(ref["version"]) },
      pointer: form === "one" ? `/${field}/id` : `/${field}/${index}/id`,
    }));
  });

/** Of one write with others: what they bring is as good as there. */
export type Promised = ReadonlyMap<KindName, ReadonlyMap<string, string | null>>;

type Found = { readonly id: string; readonly name: string | null };

/** Held, so that nobody deletes it before this transaction is over. */
const findAll = async (context: Context, kind: KindName, ids: readonly string[]) => {
  const table = tableOf[kind];
  const { rows } = await context.tables.execute(sql`
    SELECT ${table.id} AS id, ${table.document} ->> 'name' AS name FROM ${table}
    WHERE ${table.id} IN (${sql.join(
      ids.map((id) => sql`${id}`),
      sql`, `,
    )})
    ORDER BY ${table.id} FOR KEY SHARE`);
  return new Map((rows as Found[]).map((row) => [row.id, row]));
};

type Known = ReadonlyMap<KindName, ReadonlyMap<string, Found>>;

const knownOf = async (
  context: Context,
  references: readonly Reference[],
  promised: Promised | undefined,
): Promise<Known> => {
  const known = new Map<KindName, ReadonlyMap<string, Found>>();
  for (const kind of kindNames) {
    const own = references.filter(({ id, to }) => to === kind && id !== undefined);
    const ids = new Set(own.map(({ id }) => id as string));
    if (ids.size === 0) continue;
    const found = new Map(await findAll(context, kind, [...ids]));
    for (const [id, name] of promised?.get(kind) ?? []) {
      if (ids.has(id) && !found.has(id)) found.set(id, { id, name });
    }
    known.set(kind, found);
  }
  return known;
};

const whyNot = (
  { id, to }: Reference,
  known: Known,
  own: { readonly kind: KindName; readonly id: string },
): string | undefined => {
  if (id === undefined) return `the id of a ${to} has to be there`;
  if (to === own.kind && readAddress(id).id === readAddress(own.id).id) return "it is itself";
  return known.get(to)?.has(id) ? undefined : `there is no ${to} ${id}`;
};

/** The document with addresses and names filled in, or every place that leads nowhere. */
export const resolveReferences = async (
  context: Context,
  kind: KindName,
  document: Document,
  promised?: Promised,
): Promise<Answered<Document>> => {
  const references = referencesOf(kind, document);
  if (references.length === 0) return ok(document);
  const known = await knownOf(context, references, promised);
  const own = { kind, id: String(document["id"]) };
  const places = references.flatMap((reference): readonly Place[] => {
    const detail = whyNot(reference, known, own);
    return detail === undefined ? [] : [{ pointer: reference.pointer, detail }];
  });
  const [first] = places;
  if (first !== undefined) {
    const errors = places.slice(0, limits.problemPlacesMax);
    return refuse("UNPROCESSABLE", `${first.pointer}: ${first.detail}`, { errors });
  }
  return ok(filled(kind, document, known));
};

const filled = (kind: KindName, document: Document, known: Known): Document => {
  const changed: Record<string, unknown> = { ...document };
  for (const { field, form, to } of referenceFields[kind]) {
    const value = document[field];
    if (value === undefined || form === "id") continue;
    const fill = (ref: unknown): unknown => {
      const id = isObject(ref) ? ref["id"] : undefined;
      const found = typeof id === "string" ? known.get(to)?.get(id) : undefined;
      if (found === undefined) return ref;
      const name = found.name === null ? {} : { name: found.name };
      return { ...(ref as Document), href: hrefTo(to, found.id), ...name };
    };
    changed[field] = form === "one" ? fill(value) : (value as readonly unknown[]).map(fill);
  }
  return changed;
};

export type Referrer = {
  readonly kind: KindName;
  readonly address: string;
  readonly name: string | null;
  readonly status: string | null;
  readonly isSellable: boolean;
};

const holdsReference = (form: "one" | "list" | "id", field: string, id: string): string => {
  const ref = form === "id" ? id : form === "one" ? { id } : [{ id }];
  return JSON.stringify({ [field]: ref });
};

/** Whoever names it, in any version; answered by the index of documents. */
export const referrersOf = async (
  { tables }: Context,
  kind: KindName,
  id: string,
): Promise<readonly Referrer[]> => {
  const found: Referrer[] = [];
  for (const from of kindNames) {
    const fields = referenceFields[from].filter(({ to }) => to === kind);
    if (fields.length === 0) continue;
    const table = tableOf[from];
    const names = fields.map(
      ({ field, form }) => sql`${table.document} @> ${holdsReference(form, field, id)}::jsonb`,
    );
    const { rows } = await tables.execute(sql`
      SELECT ${table.id} AS address, ${table.document} ->> 'name' AS name,
        ${table.document} ->> 'lifecycleStatus' AS status,
        coalesce((${table.document} ->> 'isSellable')::boolean, true) AS "isSellable"
      FROM ${table} WHERE ${sql.join(names, sql` OR `)}
      ORDER BY ${table.id} LIMIT ${limits.problemPlacesMax}`);
    for (const row of rows) found.push({ kind: from, ...(row as Omit<Referrer, "kind">) });
  }
  return found;
};

export const referrerText = ({ address, kind, name }: Referrer): string =>
  name === null ? `${kind} ${address}` : `${kind} ${address} (${name})`;
