// What is true of every account here, whatever was sent: one currency, money to the micro, limits
// that are none below nothing, a cycle that there is, a state that follows the one before.

import type { Answered } from "../http/problem.ts";
import { type Complain, checkPeriod, collectComplaints } from "../http/tmf/complaints.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { type States, withState } from "../http/tmf/states.ts";
import { customerOf, normalContactMedia } from "../parties/index.ts";
import { checkCycle } from "./billing-cycle.ts";
import type { BillingAccount } from "./tmf666.generated.ts";

/** Any of the four: a financial account has fewer fields. */
type Account = BillingAccount;

export const accountStates: States = {
  field: "state",
  initial: ["Active"],
  next: { Active: ["Suspended", "Closed"], Suspended: ["Active", "Closed"] },
};

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

type Money = NonNullable<Account["creditLimit"]>;

/** Every amount of the account with its place. */
const amountsOf = (account: Account): readonly (readonly [string, Money])[] => {
  const { creditLimit, accountBalance = [], paymentPlan = [], financialAccount } = account;
  const inner = financialAccount?.accountBalance?.amount;
  return [
    ...(creditLimit === undefined ? [] : [["/creditLimit", creditLimit] as const]),
    ...accountBalance.map(({ amount }, n) => [`/accountBalance/${n}/amount`, amount] as const),
    ...paymentPlan.flatMap(({ totalAmount }, n) =>
      totalAmount === undefined ? [] : [[`/paymentPlan/${n}/totalAmount`, totalAmount] as const],
    ),
    ...(inner === undefined ? [] : [["/financialAccount/accountBalance/amount", inner] as const]),
  ];
};

/** The currency that all of its amounts are of; undefined: it has none. */
export const currencyOf = (document: Document): string | undefined =>
  amountsOf(document as Account)[0]?.[1].unit;

const checkAmounts = (complain: Complain, account: Account): void => {
  const amounts = amountsOf(account);
  const currency = amounts[0]?.[1].unit;
  for (const [at, { unit, value }] of amounts) {
    if (unit === undefined || !currencies.has(unit)) {
      complain(`${at}/unit`, "no currency (ISO 4217)");
    } else if (unit !== currency) {
      complain(`${at}/unit`, `the account is one of ${currency}`);
    }
    if (value === undefined) complain(`${at}/value`, "an amount says how much");
  }
  const limit = account.creditLimit?.value ?? 0;
  if (limit < 0) complain("/creditLimit/value", "it is below nothing");
};

const checkPlans = (complain: Complain, { paymentPlan = [] }: Account): void => {
  for (const [index, { validFor, numberOfPayments, totalAmount }] of paymentPlan.entries()) {
    const at = `/paymentPlan/${index}`;
    checkPeriod(complain, `${at}/validFor`, validFor);
    if (numberOfPayments !== undefined && numberOfPayments < 1) {
      complain(`${at}/numberOfPayments`, "it has one at least");
    }
    if ((totalAmount?.value ?? 0) < 0) complain(`${at}/totalAmount/value`, "it is below nothing");
  }
};

const checkPeriods = (complain: Complain, account: Account): void => {
  const { accountBalance = [], accountRelationship = [], taxExemption = [] } = account;
  const lists = { accountBalance, accountRelationship, taxExemption };
  for (const [name, items] of Object.entries(lists)) {
    for (const [index, { validFor }] of items.entries()) {
      checkPeriod(complain, `/${name}/${index}/validFor`, validFor);
    }
  }
};

const checkCycleWithin = (complain: Complain, { billStructure }: Account): void => {
  const cycle = billStructure?.cycleSpecification;
  if (cycle === undefined || cycle.isRef) return;
  checkCycle(complain, "/billStructure/cycleSpecification", cycle);
};

const checkRelationships = (complain: Complain, document: Document): void => {
  const { accountRelationship = [] } = document as Account;
  for (const [index, { account }] of accountRelationship.entries()) {
    if (account?.id !== document["id"]) continue;
    complain(`/accountRelationship/${index}/account/id`, "it is the account itself");
  }
};

const withContacts = (complain: Complain, document: Document): Document => {
  const { contact } = document as Account;
  if (contact === undefined) return document;
  const sound = contact.map((one, index) => {
    const at = `/contact/${index}`;
    checkPeriod(complain, `${at}/validFor`, one.validFor);
    const { contactMedium } = one;
    if (contactMedium === undefined) return one;
    const media = normalContactMedia(complain, `${at}/contactMedium`, contactMedium);
    return { ...one, contactMedium: media };
  });
  return { ...document, contact: sound };
};

/** With its state, and everything in the form in which it is kept. Pure. */
export const soundAccount = (
  before: Document | undefined,
  after: Document,
  options: { readonly isBilled: boolean; readonly now: number },
): Answered<Document> => {
  const { complain, answer } = collectComplaints();
  const account = after as Account;
  if (account.name?.trim() === "") complain("/name", "it has none");
  checkAmounts(complain, account);
  checkPlans(complain, account);
  checkPeriods(complain, account);
  checkCycleWithin(complain, account);
  checkRelationships(complain, after);
  const was = before && currencyOf(before);
  const is = currencyOf(after);
  if (was !== undefined && is !== undefined && was !== is) {
    complain("/creditLimit/unit", `the account is one of ${was}`);
  }
  if (options.isBilled && customerOf(after) === undefined) {
    complain("/relatedParty", "a customer is billed: one of them is a Customer");
  }
  const lastModified = new Date(options.now).toISOString();
  const sound = { ...withContacts(complain, after), lastModified };
  const answered = answer(sound);
  return answered.isOk ? withState(accountStates, before, sound) : answered;
};
