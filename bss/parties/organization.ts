// What is true of every organisation here, whatever was sent. Who belongs to whom is said by the
// child alone: said on both sides, the sides could differ.

import { sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { checkPeriod, collectComplaints } from "../http/tmf/complaints.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { type States, withState } from "../http/tmf/states.ts";
import { limits } from "../limits.ts";
import { normalContactMedia } from "./contact-media.ts";
import { checkRatings, checkTaxCertificates, normalIdentifications } from "./identities.ts";
import { organizations } from "./schema.ts";
import type { Organization } from "./tmf632.generated.ts";

export const organizationStates: States = {
  field: "status",
  initial: ["initialized", "validated"],
  next: { initialized: ["validated", "closed"], validated: ["closed"] },
};

/** With its state, and everything in the form in which it is kept. Pure. */
export const soundOrganization = (
  before: Document | undefined,
  after: Document,
): Answered<Document> => {
  const { complain, answer } = collectComplaints();
  const given = after as Organization;
  if (given.tradingName?.trim() === "") complain("/tradingName", "nobody is called that");
  if (given.organizationChildRelationship !== undefined) {
    const detail = "said by each child as its organizationParentRelationship";
    complain("/organizationChildRelationship", detail);
  }
  checkPeriod(complain, "/existsDuring", given.existsDuring);
  checkRatings(complain, "/creditRating", given.creditRating ?? []);
  checkTaxCertificates(complain, "/taxExemptionCertificate", given.taxExemptionCertificate ?? []);
  const { contactMedium, organizationIdentification } = given;
  const sound = {
    ...after,
    ...(contactMedium && {
      contactMedium: normalContactMedia(complain, "/contactMedium", contactMedium),
    }),
    ...(organizationIdentification && {
      organizationIdentification: normalIdentifications(
        complain,
        "/organizationIdentification",
        organizationIdentification,
      ),
    }),
  };
  const answered = answer(sound);
  return answered.isOk ? withState(organizationStates, before, sound) : answered;
};

export const nameOfOrganization = (document: Document): string | undefined => {
  const { tradingName, name } = document as Organization;
  return tradingName ?? name;
};

export const parentOf = (document: Document): string | undefined =>
  (document as Organization).organizationParentRelationship?.organization?.id;

const refuseParent = (detail: string) => {
  const pointer = "/organizationParentRelationship/organization/id";
  return refuse("UNPROCESSABLE", `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
};

/**
 * No one is above itself, and none too deep. Everyone above is held: of two that would close a
 * circle together one waits for the other, and then sees what it did.
 */
export const checkAncestors = async (
  context: Context,
  document: Document,
): Promise<Answered<void>> => {
  const id = String(document["id"]);
  let above = 0;
  for (let parent = parentOf(document); parent !== undefined; above++) {
    if (parent === id) return refuseParent("it would be above itself");
    if (above === limits.organizationDepthMax) return refuseParent(tooDeep);
    const { rows } = await context.statements.query<{ document: Document }>(
      "SELECT document FROM organization WHERE id = $1 FOR KEY SHARE",
      [parent],
    );
    parent = rows[0] && parentOf(rows[0].document);
  }
  const isTooDeep =
    above > 0 && above + (await depthBelow(context, id)) > limits.organizationDepthMax;
  return isTooDeep ? refuseParent(tooDeep) : ok(undefined);
};

const tooDeep = `there would be more than ${limits.organizationDepthMax} above one`;

/** Levels of children, up to one more than there may be. */
const depthBelow = async ({ tables }: Context, id: string): Promise<number> => {
  const { rows } = await tables.execute<{ depth: number }>(sql`
    WITH RECURSIVE below (id, depth) AS (
      SELECT ${id}::text, 0
      UNION ALL
      SELECT child.id, below.depth + 1
      FROM below JOIN ${organizations} AS child ON child.document @> jsonb_build_object(
        'organizationParentRelationship',
        jsonb_build_object('organization', jsonb_build_object('id', below.id)))
      WHERE below.depth <= ${limits.organizationDepthMax})
    SELECT max(depth)::int AS depth FROM below`);
  return rows[0]?.depth ?? 0;
};
