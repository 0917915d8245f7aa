// What is true of every customer here, whatever was sent: states, classes of credit, the family
// that it pays for and whoever pays for it.

import { and, ne, sql } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { type Complain, collectComplaints } from "../http/tmf/complaints.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { withState } from "../http/tmf/states.ts";
import { limits } from "../limits.ts";
import { roleStates, soundRole } from "../parties/index.ts";
import { customers } from "./schema.ts";
import type { Customer } from "./tmf629.generated.ts";

type Related = NonNullable<Customer["relatedParty"]>[number];

const hasRole = ({ role = "" }: Related, wanted: string): boolean => role.toLowerCase() === wanted;
const isCustomer = (one: Related): boolean => one["@referredType"].toLowerCase() === "customer";

/** People and organisations that use what the customer pays for. */
export const membersOf = (document: Document): readonly Related[] =>
  ((document as Customer).relatedParty ?? []).filter((one) => hasRole(one, "member"));

/** The customer that pays in its stead. */
export const payerOf = (document: Document): string | undefined =>
  ((document as Customer).relatedParty ?? []).find((one) => hasRole(one, "payer"))?.id;

const checkFamily = (complain: Complain, document: Document): void => {
  const { relatedParty = [] } = document as Customer;
  const seen = new Set<string>();
  let payers = 0;
  for (const [index, one] of relatedParty.entries()) {
    const at = `/relatedParty/${index}`;
    const key = `${one.id} ${one.role?.toLowerCase()}`;
    if (seen.has(key)) complain(at, "it stands here already");
    seen.add(key);
    if (one.id === document["id"]) complain(`${at}/id`, "it is the customer itself");
    if (hasRole(one, "payer")) {
      payers += 1;
      if (!isCustomer(one)) complain(`${at}/@referredType`, "a payer is a Customer");
      if (payers > 1) complain(at, "there is one payer");
    }
  }
  if (membersOf(document).length > limits.familyMembersMax) {
    complain("/relatedParty", `more than ${limits.familyMembersMax} members`);
  }
};

/** With its state, and everything in the form in which it is kept. Pure. */
export const soundCustomer = (
  before: Document | undefined,
  after: Document,
): Answered<Document> => {
  const { complain, answer } = collectComplaints();
  const sound = soundRole(complain, after);
  checkFamily(complain, after);
  const answered = answer(sound);
  return answered.isOk ? withState(roleStates, before, sound) : answered;
};

/** Customers who have it as their payer. */
const isPayer = async ({ tables }: Context, id: string): Promise<boolean> => {
  const pattern = JSON.stringify({ relatedParty: [{ id, role: "payer" }] });
  const [row] = await tables
    .select({ id: customers.id })
    .from(customers)
    .where(and(sql`${customers.document} @> ${pattern}::jsonb`, ne(customers.id, id)))
    .limit(1);
  return row !== undefined;
};

/**
 * Whoever pays for others pays for itself: there are no chains, and so no circles. The payer is
 * held by its reference, this one by its change: of two that contradict each other one waits.
 */
export const checkPayer = async (
  context: Context,
  before: Document | undefined,
  after: Document,
): Promise<Answered<void>> => {
  const payer = payerOf(after);
  if (payer === undefined || (before !== undefined && payerOf(before) === payer)) {
    return ok(undefined);
  }
  const { rows } = await context.statements.query<{ document: Document }>(
    "SELECT document FROM customer WHERE id = $1",
    [payer],
  );
  const isPaidFor = rows[0] !== undefined && payerOf(rows[0].document) !== undefined;
  const isPaying = before !== undefined && (await isPayer(context, String(after["id"])));
  if (!isPaidFor && !isPaying) return ok(undefined);
  const detail = isPaidFor ? "another one pays for the payer" : "it pays for others itself";
  const errors = [{ pointer: "/relatedParty", detail }];
  return refuse("UNPROCESSABLE", `/relatedParty: ${detail}`, { errors });
};
