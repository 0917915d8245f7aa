// References from one resource to another: they are there when they are written, and stay there.
// Who refers holds what it refers to (FOR KEY SHARE) until its transaction ends, who deletes looks
// for references after it holds the resource for itself: one of the two sees the other.

import { and, inArray, ne, or, type SQL, sql } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { reachOf } from "../../permissions.ts";
import { type Answered, type Place, refuse } from "../problem.ts";
import { openOf } from "./change-resource.ts";
import { hrefOf, type ReferencePlace, type ResourceKind } from "./resource-kind.ts";
import type { Document } from "./resource-table.ts";

/** All kinds of an installation: domains refer in circles, so they know each other by name only. */
export type Kinds = () => readonly ResourceKind[];

type Reference = Record<string, unknown>;
type Found = {
  readonly pointer: string;
  readonly reference: Reference;
  readonly place: ReferencePlace;
};
type Target = { readonly kind: ResourceKind; readonly href: string; readonly name: unknown };

const isObject = (value: unknown): value is Reference =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const walk = (value: unknown, path: readonly string[], pointer: string): [string, Reference][] => {
  const [step, ...rest] = path;
  if (step === undefined) return isObject(value) ? [[pointer, value]] : [];
  if (step !== "*") {
    return isObject(value) ? walk(value[step], rest, `${pointer}/${step}`) : [];
  }
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, index) => walk(one, rest, `${pointer}/${index}`));
};

/** A value that stands where a reference may (`isRef: false`) is none. */
const referencesIn = (kind: ResourceKind, document: Document): readonly Found[] =>
  (kind.references ?? []).flatMap((place) =>
    walk(document, place.path, "")
      .filter(([, reference]) => reference["isRef"] !== false)
      .map(([pointer, reference]) => ({ pointer, reference, place })),
  );

/** Which kinds it may be of; a kind that nobody has mounted is not looked for. */
const kindsOf = (kinds: Kinds, { place, reference }: Found): readonly ResourceKind[] | Place => {
  const mounted = kinds().filter(({ name }) => place.to.includes(name));
  const said = reference["@referredType"];
  if (typeof said !== "string" || mounted.length === 0) return mounted;
  const meant = mounted.filter(({ type }) => type.toLowerCase() === said.toLowerCase());
  const types = mounted.map(({ type }) => type).join(", ");
  const detail = `nothing of that type can stand here; expected one of ${types}`;
  return meant.length > 0 ? meant : { pointer: "/@referredType", detail };
};

/** Held until the transaction ends; those whom the actor does not reach are not there. */
const holdTargets = async (
  context: Context,
  kind: ResourceKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Target>> => {
  const { table } = kind;
  const isOwn = reachOf(context.actor.roles, kind.permissions.read) === "own";
  const rows = await context.tables
    .select({ id: table.id, owner: table.owner, document: table.document })
    .from(table)
    .where(inArray(table.id, [...ids]))
    .orderBy(table.id)
    .for("key share");
  return new Map(
    rows
      .filter(({ owner }) => !isOwn || owner === context.actor.customerId)
      .map(({ id, document }) => [id, targetOf(kind, id, document)]),
  );
};

const targetOf = (kind: ResourceKind, id: string, document: Document): Target => ({
  kind,
  href: hrefOf(kind, id),
  get name() {
    return (kind.nameOf ?? (({ name }: Document) => name))(openOf(kind, document));
  },
});

const findTargets = async (context: Context, wanted: ReadonlyMap<ResourceKind, Set<string>>) => {
  const targets = new Map<string, Target>();
  const successors = new Map<string, string>();
  const inOrder = [...wanted].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
  for (const [kind, ids] of inOrder) {
    const found = await holdTargets(context, kind, [...ids]);
    for (const [id, target] of found) targets.set(id, target);
    for (const id of ids) {
      const successor = found.has(id) ? undefined : await kind.successorOf?.(context, id);
      if (successor === undefined) continue;
      const target = (await holdTargets(context, kind, [successor])).get(successor);
      if (target === undefined) continue;
      targets.set(successor, target);
      successors.set(id, successor);
    }
  }
  return { targets, successors };
};

/**
 * What it refers to is there, and is said with its address and name; what was merged into another
 * is said as that one. References that were there before are there still.
 */
export const checkReferences = async (
  context: Context,
  kinds: Kinds,
  kind: ResourceKind,
  { before, after }: { readonly before: Document | undefined; readonly after: Document },
): Promise<Answered<Document>> => {
  const earlier = before === undefined ? [] : referencesIn(kind, before);
  const known = new Set(earlier.map(textOf));
  const document = structuredClone(after) as Document;
  const fresh = referencesIn(kind, document).filter((found) => !known.has(textOf(found)));
  forgetNames(earlier, fresh);
  const errors: Place[] = [];
  const wanted = new Map<ResourceKind, Set<string>>();
  const looked: Found[] = [];
  for (const found of fresh) {
    const candidates = kindsOf(kinds, found);
    const id = found.reference["id"];
    if (!isKindList(candidates)) {
      errors.push({ ...candidates, pointer: `${found.pointer}${candidates.pointer}` });
    } else if (typeof id !== "string" && candidates.length > 0) {
      errors.push({ pointer: `${found.pointer}/id`, detail: "a reference says which one" });
    } else if (candidates.length > 0) {
      looked.push(found);
      for (const one of candidates) {
        wanted.set(one, (wanted.get(one) ?? new Set()).add(String(id)));
      }
    }
  }
  const { targets, successors } = await findTargets(context, wanted);
  for (const { pointer, reference } of looked) {
    const id = String(reference["id"]);
    const target = targets.get(successors.get(id) ?? id);
    if (target === undefined) errors.push({ pointer: `${pointer}/id`, detail: "is not there" });
    else say(reference, successors.get(id) ?? id, target);
  }
  const [first] = errors;
  if (first === undefined) return ok(document);
  return refuse("UNPROCESSABLE", `${first.pointer}: ${first.detail}`, { errors });
};

/** A patch that says another id at a place leaves it the name of the one before. */
const forgetNames = (earlier: readonly Found[], fresh: readonly Found[]): void => {
  const before = new Map(earlier.map(({ pointer, reference }) => [pointer, reference]));
  for (const { pointer, reference } of fresh) {
    const was = before.get(pointer);
    if (was === undefined || was["id"] === reference["id"]) continue;
    if (was["name"] === reference["name"]) delete reference["name"];
  }
};

const isKindList = (given: readonly ResourceKind[] | Place): given is readonly ResourceKind[] =>
  Array.isArray(given);

const textOf = ({ reference, place }: Found): string =>
  `${place.path.join("/")} ${JSON.stringify(reference)}`;

const say = (reference: Reference, id: string, target: Target): void => {
  reference["id"] = id;
  reference["href"] = target.href;
  reference["name"] ??= target.name;
  reference["@referredType"] ??= target.kind.type;
};

const pathTo = (path: readonly string[], id: string): unknown => {
  const [step, ...rest] = path;
  if (step === undefined) return { id };
  return step === "*" ? [pathTo(rest, id)] : { [step]: pathTo(rest, id) };
};

/** Documents of `from` that refer to it; each place is answered by the index of documents. */
const refersTo = (from: ResourceKind, to: ResourceKind, id: string): SQL | undefined => {
  const places = (from.references ?? []).filter((place) => place.to.includes(to.name));
  if (places.length === 0) return undefined;
  const tests = places.map(
    ({ path }) => sql`${from.table.document} @> ${JSON.stringify(pathTo(path, id))}::jsonb`,
  );
  return and(ne(from.table.id, id), or(...tests));
};

/** By the index, however few are wanted: for the first of them Postgres would walk the table. */
const foundFirst = ({ table }: ResourceKind, where: SQL): SQL =>
  sql`${table.id} = ANY (ARRAY(SELECT ${table.id} FROM ${table} WHERE ${where}))`;

/** Refused while something refers to it. */
export const checkUnreferred = async (
  context: Context,
  kinds: Kinds,
  kind: ResourceKind,
  id: string,
): Promise<Answered<void>> => {
  for (const from of kinds()) {
    const where = refersTo(from, kind, id);
    if (where === undefined) continue;
    const [row] = await context.tables
      .select({ id: from.table.id })
      .from(from.table)
      .where(foundFirst(from, where))
      .limit(1);
    if (row !== undefined) return refuse("CONFLICT", `the ${from.name} ${row.id} refers to it`);
  }
  return ok(undefined);
};

export type Referrer = { readonly kind: ResourceKind; readonly id: string };

/** All that refer to it, held for changes, in the order that everybody holds them in. */
export const holdReferrers = async (
  context: Context,
  kinds: Kinds,
  kind: ResourceKind,
  { id, max }: { readonly id: string; readonly max: number },
): Promise<readonly Referrer[]> => {
  const referrers: Referrer[] = [];
  for (const from of [...kinds()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const where = refersTo(from, kind, id);
    if (where === undefined) continue;
    const rows = await context.tables
      .select({ id: from.table.id })
      .from(from.table)
      .where(and(foundFirst(from, where), where))
      .orderBy(from.table.id)
      .limit(max + 1)
      .for("update");
    referrers.push(...rows.map((row) => ({ kind: from, id: row.id })));
  }
  return referrers;
};

/** The document with `to` wherever it referred to `from`; what then stands twice stands once. */
export const replacedReferences = (
  kind: ResourceKind,
  document: Document,
  { from, to }: { readonly from: string; readonly to: Document },
): Document => {
  const copy = structuredClone(document) as Document;
  for (const { reference } of referencesIn(kind, copy)) {
    if (reference["id"] !== from) continue;
    reference["id"] = to["id"];
    for (const name of ["href", "name"]) {
      if (to[name] === undefined) delete reference[name];
      else reference[name] = to[name];
    }
  }
  return onceEach(kind, copy);
};

/** In lists of references; one to itself tells nothing either. */
const onceEach = (kind: ResourceKind, document: Document): Document => {
  const changed: Record<string, unknown> = { ...document };
  for (const { path } of kind.references ?? []) {
    const [name = "", star, ...rest] = path;
    const all = changed[name];
    if (star !== "*" || rest.length > 0 || !Array.isArray(all)) continue;
    const seen = new Set<string>();
    changed[name] = all.filter(({ id, role }: Reference) => {
      const key = JSON.stringify([id, role]);
      if (seen.has(key) || id === document["id"]) return false;
      seen.add(key);
      return true;
    });
  }
  return changed;
};
