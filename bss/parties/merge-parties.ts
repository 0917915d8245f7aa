// Two that are one: the survivor takes over every reference to the other, and what it lacks itself.
// The other is gone, and known by its id as the survivor (merged_parties); consents stay as they
// were said, and are read as the survivor's. All of it or nothing.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import {
  holdResource,
  openOf,
  type Saved,
  tell,
  updateResource,
} from "../http/tmf/change-resource.ts";
import { holdReferrers, type Kinds, replacedReferences } from "../http/tmf/references.ts";
import { hrefOf, type ResourceKind } from "../http/tmf/resource-kind.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { limits } from "../limits.ts";
import { mergedParties } from "./schema.ts";

export type Merge = {
  /** Individual or organization. */
  readonly kind: ResourceKind;
  readonly survivor: string;
  readonly merged: string;
};

export type Merged = {
  readonly survivor: Document;
  /** So many documents refer to the survivor that referred to the other before. */
  readonly references: number;
};

/** In the order of ids, as every merge does: two of them never wait for each other in a circle. */
const holdBoth = async (
  context: Context,
  { kind, survivor, merged }: Merge,
): Promise<Answered<readonly [Saved, Saved]>> => {
  const held = new Map<string, Saved>();
  for (const id of [survivor, merged].sort()) {
    const one = await holdResource(context, kind, id, "all");
    if (!one.isOk) return one;
    held.set(id, one.value);
  }
  return ok([held.get(survivor) as Saved, held.get(merged) as Saved]);
};

/** What the survivor has itself stays; of what it lacks nothing that ties the other to others. */
const completed = (survivor: Document, other: Document): Document => {
  const { organizationParentRelationship: _, relatedParty, ...rest } = other;
  const related = [survivor["relatedParty"] ?? [], relatedParty ?? []].flat();
  return { ...rest, ...survivor, ...(related.length > 0 ? { relatedParty: related } : {}) };
};

export const mergeParties = async (
  context: Context,
  kinds: Kinds,
  merge: Merge,
): Promise<Answered<Merged>> => {
  const { kind, survivor, merged } = merge;
  if (survivor === merged) {
    const errors = [{ pointer: "/merged", detail: "it is the survivor itself" }];
    return refuse("UNPROCESSABLE", "/merged: it is the survivor itself", { errors });
  }
  const held = await holdBoth(context, merge);
  if (!held.isOk) return held;
  const [, gone] = held.value;
  const max = limits.mergeReferrersMax;
  const referrers = await holdReferrers(context, kinds, kind, { id: merged, max });
  if (referrers.length > max) {
    return refuse("UNPROCESSABLE", `more than ${max} refer to ${merged}`);
  }
  await bury(context, merge, gone);
  const other = openOf(kind, gone.document);
  const named = { id: survivor, href: hrefOf(kind, survivor) };
  const once = (document: Document) =>
    replacedReferences(kind, document, { from: merged, to: named });
  const saved = await updateResource(context, kind, survivor, (document) =>
    once(completed(document, other)),
  );
  if (!saved.isOk) return saved;
  const to = { ...named, name: kind.nameOf?.(saved.value.document) };
  const others = referrers.filter(({ id }) => id !== survivor);
  for (const referrer of others) {
    const changed = await updateResource(context, referrer.kind, referrer.id, (document) =>
      replacedReferences(referrer.kind, document, { from: merged, to }),
    );
    if (!changed.isOk) return changed;
  }
  return ok({ survivor: saved.value.document, references: others.length });
};

/** Whoever looks for it from now on finds the survivor. */
const bury = async (
  context: Context,
  { kind, survivor, merged }: Merge,
  gone: Saved,
): Promise<void> => {
  const { tables, statements, now } = context;
  const { table } = kind;
  await statements.query(
    `UPDATE ${kind.name} SET owner = other.owner FROM ${kind.name} AS other
    WHERE ${kind.name}.id = $1 AND ${kind.name}.owner IS NULL AND other.id = $2`,
    [survivor, merged],
  );
  await tables.delete(table).where(eq(table.id, merged));
  await tables.update(mergedParties).set({ survivor }).where(eq(mergedParties.survivor, merged));
  const name = kind.name === "organization" ? "organization" : "individual";
  await tables.insert(mergedParties).values({ kind: name, id: merged, survivor, mergedAt: now });
  context.record({
    ...{ entity: kind.name, entityId: merged, action: "delete" },
    ...{ before: gone.document, after: { mergedInto: survivor } },
  });
  tell(context, kind, "Delete", gone.document);
};
