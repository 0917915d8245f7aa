// The versions of each thing in the order of time, as they are to be published: one begins when it
// says so, or else when it is published for the first time, and ends where the next one begins.
// Where two versions say by themselves that they hold at the same time, that is left to the check.
// Pure.

import type { Document } from "../../http/tmf/resource-table.ts";
import { validityOf } from "../check-document.ts";
import type { CatalogueDocuments } from "../compile/index.ts";
import type { KindName } from "../kind-names.ts";
import { isDraft, isOver, lifecycleDefault, lifecycleStatusOf } from "../lifecycle.ts";
import { compareVersions, versionOf } from "../versions.ts";

export type KindDocument = { readonly kind: KindName; readonly document: Document };

/** As they are told apart: `productOffering data-10 2.0`. */
export const versionKey = (kind: KindName, { document }: { document: Document }): string =>
  `${kind} ${String(document["id"])} ${versionOf(document)}`;

type Timed = { readonly document: Document; from: number | undefined; isSaid: boolean };

const isAside = (document: Document): boolean => {
  const status = lifecycleStatusOf(document["lifecycleStatus"]) ?? lifecycleDefault;
  return isDraft(status) || (isOver(status) && status !== "Retired");
};

const timed = (
  { kind, document }: KindDocument,
  isFirst: boolean,
  { published, effectiveAt }: Times,
): Timed => {
  const { from } = validityOf(document);
  if (from !== undefined) return { document, from, isSaid: true };
  const known = published.get(versionKey(kind, { document }));
  return { document, from: isFirst ? undefined : (known ?? effectiveAt), isSaid: false };
};

const withTimes = ({ document, from }: Timed, next: Timed | undefined): Document => {
  const { until } = validityOf(document);
  const isCut =
    next?.from !== undefined && (until === undefined || (!next.isSaid && next.from < until));
  const end = isCut ? next.from : until;
  const validFor = {
    ...(from === undefined ? {} : { startDateTime: new Date(from).toISOString() }),
    ...(end === undefined ? {} : { endDateTime: new Date(end).toISOString() }),
  };
  return { ...document, validFor };
};

type Times = {
  /** By `versionKey`: since when it holds by a publication. */
  readonly published: ReadonlyMap<string, number>;
  readonly effectiveAt: number;
};

export const versionsInTime = (
  documents: readonly KindDocument[],
  times: Times,
): CatalogueDocuments => {
  const groups = new Map<string, KindDocument[]>();
  const placed: Record<KindName, Document[]> = {
    ...{ catalog: [], category: [], productSpecification: [] },
    ...{ productOffering: [], productOfferingPrice: [] },
  };
  for (const one of documents) {
    if (isAside(one.document)) placed[one.kind].push(one.document);
    else {
      const key = `${one.kind} ${String(one.document["id"])}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
  }
  for (const group of groups.values()) {
    group.sort((a, b) => compareVersions(versionOf(a.document), versionOf(b.document)));
    const inTime = group.map((one, index) => timed(one, index === 0, times));
    const kind = group[0]!.kind;
    for (const [index, one] of inTime.entries()) {
      placed[kind].push(withTimes(one, inTime[index + 1]));
    }
  }
  // Each has passed the shape of its kind, which says more than is read of it.
  return placed as unknown as CatalogueDocuments;
};
