// Rows of an import: each document comes to be, or becomes the next version of what is there, by
// the rules for anybody. What is refused leaves nothing of itself, nor of its audit and events.

import { ok } from "../../../engine/values/result.ts";
import type { Change, Context, DomainEvent } from "../../context.ts";
import { isTransactionConflict } from "../../db/transaction-conflict.ts";
import type { Answered, Place, Refusal } from "../../http/problem.ts";
import { createResource } from "../../http/tmf/change-resource.ts";
import type { Document } from "../../http/tmf/resource-table.ts";
import { validate } from "../../http/validate.ts";
import { refuseAt } from "../check-document.ts";
import type { KindName } from "../kind-names.ts";
import { type CatalogueKind, kindOf } from "../kinds.ts";
import { versionsOfOne } from "../other-versions.ts";
import { patchDocument } from "../patch-document.ts";
import { type Promised, resolveReferences } from "../references.ts";
import { isIdentifier, versionOf } from "../versions.ts";
import type { ImportRow } from "./read-rows.ts";

export type RowError = Place & { readonly row: number; readonly code: string };

/** All of the group or nothing: they refer to one another. No errors: it is there. */
export const importGroup = async (
  context: Context,
  group: readonly ImportRow[],
): Promise<readonly RowError[]> => {
  const changes: Change[] = [];
  const events: DomainEvent[] = [];
  const own: Context = {
    ...context,
    record: (change) => void changes.push(change),
    publish: (event) => void events.push(event),
  };
  const promised = group.length > 1 ? promisedBy(group) : undefined;
  await context.statements.query("SAVEPOINT import_row");
  for (const one of group) {
    const errors = await importRow(own, one, promised);
    if (errors.length === 0) continue;
    await context.statements.query("ROLLBACK TO SAVEPOINT import_row");
    const others = group.filter((other) => other !== one);
    return [...errors, ...others.map((other) => withoutFriend(other, one))];
  }
  await context.statements.query("RELEASE SAVEPOINT import_row");
  for (const change of changes) context.record(change);
  for (const event of events) context.publish(event);
  return [];
};

const withoutFriend = ({ place, row }: ImportRow, wrong: ImportRow): RowError => ({
  ...{ row, code: "UNPROCESSABLE", pointer: place },
  detail: `it and row ${wrong.row} refer to each other, and that one is wrong`,
});

const promisedBy = (group: readonly ImportRow[]): Promised => {
  const promised = new Map<KindName, Map<string, string | null>>();
  for (const one of group) {
    if ("problem" in one) continue;
    const { id, name } = one.document;
    const own = promised.get(one.kind) ?? new Map<string, string | null>();
    if (typeof id === "string") own.set(id, typeof name === "string" ? name : null);
    promised.set(one.kind, own);
  }
  return promised;
};

const importRow = async (
  context: Context,
  one: ImportRow,
  promised: Promised | undefined,
): Promise<readonly RowError[]> => {
  if ("problem" in one) {
    return [{ row: one.row, code: "INVALID_REQUEST", pointer: one.place, detail: one.problem }];
  }
  const kind = kindOf(one.kind, promised);
  const outcome = await save(context, kind, one.document, promised).catch(refusalOfDefect);
  return outcome.isOk ? [] : errorsOf(one, outcome.error);
};

/** Of one row alone; what hits the whole transaction is not the row's. */
const refusalOfDefect = (error: unknown): Answered<never> => {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown };
  const isOfStatement = typeof code === "string" && /^(22|23)/.test(code);
  if (!isOfStatement || isTransactionConflict(error)) throw error;
  return { isOk: false, error: { code: "UNPROCESSABLE", detail: "Postgres cannot keep it" } };
};

const errorsOf = ({ place, row }: ImportRow, refusal: Refusal): readonly RowError[] => {
  const { code, detail, errors } = refusal;
  if (errors === undefined) return [{ row, code, pointer: place, detail }];
  return errors.map((one) => ({
    row,
    code,
    pointer: `${place}${one.pointer}`,
    detail: one.detail,
  }));
};

const save = async (
  context: Context,
  kind: CatalogueKind,
  document: Document,
  promised: Promised | undefined,
): Promise<Answered<unknown>> => {
  const { name } = kind;
  // An export says these too; they are derived anew.
  const { id, href: _, lastUpdate: __, ...given } = document;
  if (id !== undefined && !(typeof id === "string" && isIdentifier(id))) {
    return refuseAt("/id", "expected up to 80 letters, digits, dots, dashes and underscores");
  }
  const valid = validate(kind.shapes.create, "body", given);
  if (!valid.isOk) return valid;
  if (id === undefined) return createResource(context, kind, given);
  const versions = await versionsOfOne(context, name, id);
  if (versions.length === 0) return createResource(context, kind, { ...given, id }, { id });
  const resolved = await resolveReferences(context, name, { ...given, id }, promised);
  if (!resolved.isOk) return resolved;
  const same = versions.find(
    (one) => given["version"] !== undefined && versionOf(one.document) === given["version"],
  );
  const address = same?.address ?? id;
  const patched = await patchDocument(context, kind, {
    ...{ address, patch: resolved.value, headers: {} },
  });
  return patched.isOk ? ok(undefined) : patched;
};
