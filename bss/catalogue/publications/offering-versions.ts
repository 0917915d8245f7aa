// The versions of an offering: what each is by its life, since when and until when it holds by
// publications, and how many own it.

import { and, eq } from "drizzle-orm";
import { ok } from "../../../engine/values/result.ts";
import type { Context } from "../../context.ts";
import { type Answered, refuse } from "../../http/problem.ts";
import { offeringKey } from "../compile/index.ts";
import { hrefTo } from "../kind-names.ts";
import { statusOf, versionsOfOne } from "../other-versions.ts";
import { cataloguePublishedVersions } from "../schema.ts";
import { versionOf } from "../versions.ts";
import type { OwnersOf } from "./prepare-publication.ts";
import { catalogueInForce } from "./publications.ts";
import type { Treatment } from "./treatments.ts";

export type OfferingVersionView = {
  readonly version: string;
  readonly href: string;
  readonly lifecycleStatus: string;
  /** By publication; not there: it was never published. */
  readonly effectiveAt?: string;
  /** In the catalogue that is in force now, be it only for those who have it. */
  readonly isInForce: boolean;
  readonly isOnSale: boolean;
  readonly treatment?: Treatment["treatment"];
  readonly owners: number | null;
};

export const listOfferingVersions = async (
  context: Context,
  id: string,
  ownersOf: OwnersOf,
): Promise<Answered<readonly OfferingVersionView[]>> => {
  const stored = await versionsOfOne(context, "productOffering", id);
  if (stored.length === 0) return refuse("NOT_FOUND", `there is no productOffering ${id}`);
  const table = cataloguePublishedVersions;
  const published = await context.tables
    .select({ version: table.version, effectiveAt: table.effectiveAt })
    .from(table)
    .where(and(eq(table.kind, "productOffering"), eq(table.id, id)));
  const since = new Map(published.map((one) => [one.version, one.effectiveAt]));
  const inForce = await catalogueInForce(context, context.now);
  const owners = await ownersOf(context);
  return ok(
    stored.map(({ address, document }): OfferingVersionView => {
      const version = versionOf(document);
      const key = offeringKey(id, version);
      const terms = inForce?.terms[key];
      const effectiveAt = since.get(version);
      const treated = inForce?.treatments.find(
        (one) => one.offeringId === id && one.version === version,
      );
      return {
        ...{ version, href: hrefTo("productOffering", address) },
        lifecycleStatus: statusOf(document),
        ...(effectiveAt === undefined ? {} : { effectiveAt: new Date(effectiveAt).toISOString() }),
        isInForce: terms !== undefined,
        isOnSale:
          terms?.isOnSale === true &&
          terms.validFrom <= context.now &&
          context.now < terms.validUntil,
        ...(treated === undefined ? {} : { treatment: treated.treatment }),
        owners: owners === undefined ? null : (owners.get(key) ?? 0),
      };
    }),
  );
};
