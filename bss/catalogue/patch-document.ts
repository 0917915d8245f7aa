// A change of something in the catalogue. A draft is changed as it stands. What is on offer stays
// as it is: a change of it begins the next version, a draft with an address of its own; when that
// goes on offer it takes the plain address, and the one before keeps its own with its number.

import { eq, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { checkRevision } from "../http/etag.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { createResource, patchResource, type Saved } from "../http/tmf/change-resource.ts";
import { mergePatch } from "../http/tmf/merge-patch.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { validate } from "../http/validate.ts";
import { conflictAt, refuseAt } from "./check-document.ts";
import { hrefTo, tableOf } from "./kind-names.ts";
import type { CatalogueKind } from "./kinds.ts";
import { isDraft, isOnOffer, lifecycleStatusOf } from "./lifecycle.ts";
import { type StoredVersion, statusOf, versionsOfOne } from "./other-versions.ts";
import {
  addressOf,
  compareVersions,
  contentChanges,
  nextVersion,
  readAddress,
  versionOf,
} from "./versions.ts";

export type PatchRequest = {
  readonly address: string;
  readonly patch: Document;
  readonly headers: Readonly<Record<string, string | undefined>>;
};

const hold = async (
  { tables }: Context,
  { name }: CatalogueKind,
  address: string,
): Promise<Answered<StoredVersion>> => {
  const table = tableOf[name];
  const [row] = await tables
    .select({ address: table.id, revision: table.revision, document: table.document })
    .from(table)
    .where(eq(table.id, address))
    .for("update");
  return row === undefined ? refuse("NOT_FOUND", `there is no ${name} ${address}`) : ok(row);
};

/** The document that came of it: the same version, or the next one at its own address. */
export const patchDocument = async (
  context: Context,
  kind: CatalogueKind,
  { address, headers, patch }: PatchRequest,
): Promise<Answered<Saved>> => {
  const held = await hold(context, kind, address);
  if (!held.isOk) return held;
  const { document: before, revision } = held.value;
  const fresh = checkRevision(headers, revision);
  if (!fresh.isOk) return fresh;
  const merged = mergePatch(before, patch) as Document;
  const isInPlace = isDraft(statusOf(before)) || contentChanges(before, merged).length === 0;
  const saved = isInPlace
    ? await patchResource(context, kind, { id: address, patch, headers, reach: "all" })
    : await beginVersion(context, kind, { held: held.value, merged, patch });
  if (!saved.isOk) return saved;
  const { document } = saved.value;
  const { version } = readAddress(String(document["href"]).split("/").at(-1) ?? "");
  if (version === undefined || !isOnOffer(statusOf(document))) return saved;
  // Only one that goes on offer now is newer than the one that is.
  if (isInPlace && isOnOffer(statusOf(before))) return saved;
  return promote(context, kind, document);
};

type Beginning = {
  readonly held: StoredVersion;
  readonly merged: Document;
  readonly patch: Document;
};

const beginVersion = async (
  context: Context,
  kind: CatalogueKind,
  { held, merged, patch }: Beginning,
): Promise<Answered<Saved>> => {
  const { address, document: before } = held;
  const id = String(before["id"]);
  const status = statusOf(before);
  const [changed] = contentChanges(before, merged);
  if (!isOnOffer(status)) return conflictAt(`/${changed}`, `it is ${status}: it stays as it is`);
  if (address !== id) {
    return refuse("CONFLICT", `there is a newer version: change ${kind.name} ${id}`);
  }
  const versions = await versionsOfOne(context, kind.name, id);
  const draft = versions.find((one) => isDraft(statusOf(one.document)));
  if (draft !== undefined) {
    const version = versionOf(draft.document);
    return refuse("CONFLICT", `version ${version} is being made: change ${draft.address}`);
  }
  const newest = versions.at(-1)?.document ?? before;
  const version = patch["version"] ?? nextVersion(versionOf(newest));
  const whole = validate(kind.shapes.whole, "body", { ...merged, version });
  if (!whole.isOk) return whole;
  if (compareVersions(String(version), versionOf(newest)) <= 0) {
    return refuseAt("/version", `it is not after ${versionOf(newest)}`);
  }
  const { href: _, lastUpdate: __, validFor: ___, ...rest } = merged;
  const body = {
    ...rest,
    ...{ id, version, lifecycleStatus: lifecycleStatusOf(patch["lifecycleStatus"]) ?? "In design" },
    // It begins when it is published, unless something else is said.
    ...(patch["validFor"] ? { validFor: mergePatch({}, patch["validFor"]) } : {}),
  };
  return createResource(context, kind, body, { id: addressOf(id, String(version)) });
};

/** The plain address becomes that of this version, with a revision that neither had. */
const promote = async (
  context: Context,
  kind: CatalogueKind,
  document: Document,
): Promise<Answered<Saved>> => {
  const id = String(document["id"]);
  const current = await hold(context, kind, id);
  if (!current.isOk) return current;
  const own = await hold(context, kind, addressOf(id, versionOf(document)));
  if (!own.isOk) return own;
  const before = addressOf(id, versionOf(current.value.document));
  const revision = Math.max(current.value.revision, own.value.revision) + 1;
  const promoted = { ...own.value.document, href: hrefTo(kind.name, id) };
  const kept = { ...current.value.document, href: hrefTo(kind.name, before) };
  await move(context, kind, { from: id, to: before, document: kept, revision });
  await move(context, kind, { from: own.value.address, to: id, document: promoted, revision });
  context.record({
    ...{ entity: kind.name, entityId: id, action: "execute" },
    ...{ before: { version: versionOf(kept) }, after: { version: versionOf(promoted) } },
  });
  return ok({ document: promoted, revision });
};

const move = async (
  { tables, now }: Context,
  { name }: CatalogueKind,
  to: { from: string; to: string; document: Document; revision: number },
): Promise<void> => {
  const table = tableOf[name];
  await tables
    .update(table)
    .set({ id: to.to, document: to.document, revision: to.revision, updatedAt: now })
    .where(sql`${table.id} = ${to.from}`);
};
