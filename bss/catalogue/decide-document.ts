// The rules for a document of the catalogue that is saved: its own ones (check-document.ts), those
// of what it refers to and what refers to it, and those of its other versions.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, type Place, refuse } from "../http/problem.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { checkDocument, conflictAt, refuseAt, validityOf } from "./check-document.ts";
import type { KindName } from "./kind-names.ts";
import { isOnOffer, isOver } from "./lifecycle.ts";
import { statusOf, versionsOfAll, versionsOfOne } from "./other-versions.ts";
import { isPublished } from "./published-versions.ts";
import {
  type Promised,
  referencesOf,
  referrersOf,
  referrerText,
  resolveReferences,
} from "./references.ts";
import { compareVersions, readAddress, versionOf } from "./versions.ts";

type Change = { readonly before: Document | undefined; readonly after: Document };

export const decideDocument =
  (kind: KindName, promised?: Promised) =>
  async (context: Context, { before, after }: Change): Promise<Answered<Document>> => {
    const checked = checkDocument(kind, before, after);
    if (!checked.isOk) return checked;
    const resolved = await resolveReferences(context, kind, checked.value, promised);
    if (!resolved.isOk) return resolved;
    const document = resolved.value;
    const [was, is] = [before && statusOf(before), statusOf(document)];
    if (is === was) return ok(document);
    if (isOnOffer(is) && !(was && isOnOffer(was))) {
      const offered = await checkOffered(context, kind, document, promised);
      if (!offered.isOk) return offered;
    }
    if (isOver(is) && was !== undefined && !isOver(was)) {
      const needed = await checkNotNeeded(context, kind, document);
      if (!needed.isOk) return needed;
    }
    return ok(document);
  };

/** What is sold rests on nothing that is over, and no two versions hold at the same time. */
const checkOffered = async (
  context: Context,
  kind: KindName,
  document: Document,
  promised: Promised | undefined,
): Promise<Answered<void>> => {
  const others = await versionsOfOne(context, kind, String(document["id"]));
  for (const { document: other } of others) {
    const checked = isOnOffer(statusOf(other)) ? checkOrder(other, document) : ok(undefined);
    if (!checked.isOk) return checked;
  }
  if (kind !== "productOffering" || document["isSellable"] === false) return ok(undefined);
  const places: Place[] = [];
  for (const to of ["productSpecification", "productOfferingPrice"] as const) {
    const references = referencesOf(kind, document).filter((one) => one.to === to);
    const ids = references.flatMap(({ id }) => id ?? []);
    const known = await versionsOfAll(context, to, ids);
    for (const { id = "", pointer } of references) {
      const versions = known.get(id) ?? [];
      const isComing = versions.length === 0 && promised?.get(to)?.has(id) === true;
      if (isComing || !versions.every((one) => isOver(statusOf(one.document)))) continue;
      const last = versions.at(-1);
      const detail = `${to} ${id} is ${last ? statusOf(last.document) : "gone"}`;
      places.push({ pointer, detail });
    }
  }
  const [first] = places;
  if (first === undefined) return ok(undefined);
  return refuse("UNPROCESSABLE", `${first.pointer}: ${first.detail}`, { errors: places });
};

/** Where nothing is said of begin and end, a publication says it. */
const checkOrder = (other: Document, document: Document): Answered<void> => {
  const order = compareVersions(versionOf(other), versionOf(document));
  if (order === 0) return ok(undefined);
  const [early, late] = order < 0 ? [other, document] : [document, other];
  const [before, after] = [validityOf(early), validityOf(late)];
  const isOverlap =
    (before.until !== undefined && after.from !== undefined && after.from < before.until) ||
    (before.from !== undefined && after.from !== undefined && after.from <= before.from);
  if (!isOverlap) return ok(undefined);
  const both = `versions ${versionOf(early)} and ${versionOf(late)}`;
  return refuseAt("/validFor/startDateTime", `${both} would be valid at the same time`);
};

/** Prices and specifications of what is sold stay, unless another version takes their place. */
const checkNotNeeded = async (
  context: Context,
  kind: KindName,
  document: Document,
): Promise<Answered<void>> => {
  if (kind !== "productSpecification" && kind !== "productOfferingPrice") return ok(undefined);
  const id = String(document["id"]);
  const others = await versionsOfOne(context, kind, id);
  const isReplaced = others.some(
    (one) => versionOf(one.document) !== versionOf(document) && isOnOffer(statusOf(one.document)),
  );
  if (isReplaced) return ok(undefined);
  const sold = (await referrersOf(context, kind, id)).find(
    ({ isSellable, kind: from, status }) =>
      from === "productOffering" && isSellable && (status === "Active" || status === "Launched"),
  );
  if (sold === undefined) return ok(undefined);
  return conflictAt("/lifecycleStatus", `${referrerText(sold)} is sold with it`);
};

/** What something refers to, or was published, or has versions, stays. */
export const mayDeleteDocument =
  (kind: KindName) =>
  async (context: Context, document: Document): Promise<Answered<void>> => {
    const id = String(document["id"]);
    const version = versionOf(document);
    if (await isPublished(context, kind, { id, version })) {
      return refuse("CONFLICT", `version ${version} was published: it can be retired`);
    }
    const address = readAddress(String(document["href"]).split("/").at(-1) ?? "");
    if (address.version !== undefined) return ok(undefined);
    const others = (await versionsOfOne(context, kind, id)).filter((one) => one.address !== id);
    if (others[0] !== undefined) {
      return refuse("CONFLICT", `there is ${kind} ${others[0].address} besides`);
    }
    const referrers = await referrersOf(context, kind, id);
    const [first] = referrers;
    if (first === undefined) return ok(undefined);
    const errors = referrers.map((one) => ({ pointer: "{id}", detail: referrerText(one) }));
    return refuse("CONFLICT", `${referrerText(first)} refers to it`, { errors });
  };
