// What is looked at in one document by itself: its state and the way there, its version, its
// period, and what is derived where nothing is said. Pure.

import { parseInstant } from "../../engine/values/instant.ts";
import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import type { KindName } from "./kind-names.ts";
import {
  isDraft,
  type LifecycleStatus,
  lifecycleDefault,
  lifecycleStatuses,
  lifecycleStatusOf,
  lifecycleTransitions,
  mayBegin,
  mayFollow,
} from "./lifecycle.ts";
import { contentChanges, isVersion, versionDefault } from "./versions.ts";

export const refuseAt = (pointer: string, detail: string) =>
  refuse("UNPROCESSABLE", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });

export const conflictAt = (pointer: string, detail: string) =>
  refuse("CONFLICT", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });

const defaultsOf = (kind: KindName, document: Document): Document => {
  switch (kind) {
    case "catalog":
      return {};
    case "category":
      return { isRoot: document["parentId"] === undefined };
    case "productSpecification":
    case "productOfferingPrice":
      return { isBundle: false };
    case "productOffering":
      return { isBundle: false, isSellable: true };
  }
};

const readStatus = (document: Document, fallback: LifecycleStatus): Answered<LifecycleStatus> => {
  const given = document["lifecycleStatus"];
  const status = given === undefined ? fallback : lifecycleStatusOf(given);
  const known = lifecycleStatuses.join(", ");
  return status === undefined ? refuseAt("/lifecycleStatus", `expected ${known}`) : ok(status);
};

const checkLife = (before: Document | undefined, status: LifecycleStatus): Answered<void> => {
  if (before === undefined) {
    if (mayBegin(status)) return ok(undefined);
    return refuseAt("/lifecycleStatus", `nothing begins as ${status}`);
  }
  const was = lifecycleStatusOf(before["lifecycleStatus"]) ?? lifecycleDefault;
  if (mayFollow(was, status)) return ok(undefined);
  const next = lifecycleTransitions[was].join(" or ") || "nothing";
  return conflictAt("/lifecycleStatus", `after ${was} comes ${next}, not ${status}`);
};

const momentOf = (document: Document, name: "startDateTime" | "endDateTime") => {
  const text = (document["validFor"] as Document | undefined)?.[name];
  return typeof text === "string" ? parseInstant(text) : undefined;
};

/** Half-open, ms since 1970; undefined where the document says nothing. */
export const validityOf = (document: Document) => ({
  from: momentOf(document, "startDateTime"),
  until: momentOf(document, "endDateTime"),
});

const checkValidity = (document: Document): Answered<void> => {
  for (const name of ["startDateTime", "endDateTime"] as const) {
    const text = (document["validFor"] as Document | undefined)?.[name];
    if (text !== undefined && momentOf(document, name) === undefined) {
      return refuseAt(`/validFor/${name}`, "is no moment to the millisecond");
    }
  }
  const { from, until } = validityOf(document);
  if (from === undefined || until === undefined || from < until) return ok(undefined);
  return refuseAt("/validFor/endDateTime", "is not after its begin");
};

const checkRoot = (kind: KindName, { isRoot, parentId }: Document): Answered<void> =>
  kind === "category" && isRoot === (parentId !== undefined)
    ? refuseAt("/isRoot", "a category without a parent is a root, one with a parent is none")
    : ok(undefined);

/** `before` is undefined where the document comes to be. */
export const checkDocument = (
  kind: KindName,
  before: Document | undefined,
  after: Document,
): Answered<Document> => {
  const status = readStatus(after, lifecycleDefault);
  if (!status.isOk) return status;
  const version = after["version"] ?? versionDefault;
  if (typeof version !== "string" || !isVersion(version)) {
    return refuseAt("/version", "expected numbers with dots, as in 2.0");
  }
  const derived = before === undefined ? defaultsOf(kind, after) : {};
  const named = after["name"] === "" ? refuseAt("/name", "it is empty") : ok(undefined);
  const whole = { ...derived, ...after, lifecycleStatus: status.value, version };
  for (const checked of [
    named,
    checkLife(before, status.value),
    checkValidity(whole),
    checkRoot(kind, whole),
    checkUnchanged(before, whole),
  ]) {
    if (!checked.isOk) return checked;
  }
  return ok(whole);
};

/** Of a version that was promised to somebody nothing changes but its life. */
const checkUnchanged = (before: Document | undefined, after: Document): Answered<void> => {
  if (before === undefined) return ok(undefined);
  const was = lifecycleStatusOf(before["lifecycleStatus"]) ?? lifecycleDefault;
  const [changed] = isDraft(was) ? [] : contentChanges(before, after);
  if (changed === undefined) return ok(undefined);
  return conflictAt(`/${changed}`, `it is ${was}: only a new version can be another one`);
};
