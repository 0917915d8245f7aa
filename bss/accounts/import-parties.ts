// Many subscribers at once: each a person, the customer that it is, and the account that it is
// billed by. Held to the same shapes and rules as one by one; what is wrong with a row is said of
// that row, and the others are written, in three statements and one each for audit and events.
//
// References within a row are true by its making; those to others (a cycle, a format of bills) are
// mostly the same in all rows, and looked up once.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { Customer_Create, soundCustomer } from "../customers/index.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, type Refusal, refuse } from "../http/problem.ts";
import { createResources, type NewResource } from "../http/tmf/create-resources.ts";
import { checkReferences, type Kinds } from "../http/tmf/references.ts";
import { hrefOf, type ResourceKind } from "../http/tmf/resource-kind.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { validate } from "../http/validate.ts";
import { limits } from "../limits.ts";
import { Individual_Create, nameOfIndividual, soundIndividual } from "../parties/index.ts";
import { soundAccount } from "./account.ts";
import { BillingAccount_Create } from "./tmf666.generated.ts";

export type PartyRow = {
  /** As Individual_Create has it. */
  readonly individual: Document;
  /** What of Customer_Create and BillingAccount_Create does not follow from the person. */
  readonly customer?: Document;
  readonly billingAccount?: Document;
};

export type ImportedParty = {
  /** Of the row, from 0. */
  readonly row: number;
  readonly individualId: string;
  readonly customerId: string;
  readonly billingAccountId: string;
};

export type ImportedParties = {
  readonly imported: readonly ImportedParty[];
  /** Places begin with `/individual`, `/customer`, `/billingAccount`. */
  readonly refused: readonly { readonly row: number; readonly refusal: Refusal }[];
};

export type ImportKinds = {
  readonly individual: ResourceKind;
  readonly customer: ResourceKind;
  readonly billingAccount: ResourceKind;
  readonly kinds: Kinds;
};

/** Throws away what another row has asked already: most say the same. */
const createReferenceCheck = (context: Context, kinds: Kinds) => {
  const answers = new Map<string, Promise<Answered<Document>>>();
  return async (kind: ResourceKind, document: Document): Promise<Answered<Document>> => {
    const names = new Set((kind.references ?? []).map(({ path }) => path[0] ?? ""));
    const referring = [...names].filter((name) => document[name] !== undefined);
    if (referring.length === 0) return ok(document);
    const after = Object.fromEntries(referring.map((name) => [name, document[name]]));
    const key = `${kind.name} ${JSON.stringify(after)}`;
    const known =
      answers.get(key) ?? checkReferences(context, kinds, kind, { before: undefined, after });
    answers.set(key, known);
    const checked = await known;
    return checked.isOk ? ok({ ...document, ...checked.value }) : checked;
  };
};

const within = <T>(name: string, answered: Answered<T>): Answered<T> => {
  if (answered.isOk) return answered;
  const { code, detail, errors = [] } = answered.error;
  const places = errors.map((place) => ({ ...place, pointer: `/${name}${place.pointer}` }));
  return refuse(code, detail, { errors: places });
};

type Decided = {
  readonly individual: NewResource;
  readonly customer: NewResource;
  readonly billingAccount: NewResource;
};

type CheckReferences = ReturnType<typeof createReferenceCheck>;

const decidePerson = async (
  context: Context,
  { individual }: ImportKinds,
  given: Document,
  check: CheckReferences,
): Promise<Answered<Document>> => {
  const valid = validate(Individual_Create, "body", given);
  if (!valid.isOk) return valid;
  const sound = soundIndividual(undefined, valid.value, context.now);
  return sound.isOk ? check(individual, sound.value) : sound;
};

const refTo = (kind: ResourceKind, id: string, name: string) => ({
  ...{ id, href: hrefOf(kind, id), name, "@referredType": kind.type },
});

const decideCustomer = async (
  { individual, customer }: ImportKinds,
  given: Document,
  of: { readonly individualId: string; readonly name: string },
  check: CheckReferences,
): Promise<Answered<Document>> => {
  const engagedParty = refTo(individual, of.individualId, of.name);
  const valid = validate(Customer_Create, "body", { name: of.name, ...given, engagedParty });
  if (!valid.isOk) return valid;
  const sound = soundCustomer(undefined, valid.value);
  if (!sound.isOk) return sound;
  const { engagedParty: _, ...others } = sound.value;
  const checked = await check(customer, others);
  return checked.isOk ? ok({ ...checked.value, engagedParty }) : checked;
};

const decideAccount = async (
  context: Context,
  { customer, billingAccount }: ImportKinds,
  given: Document,
  of: { readonly customerId: string; readonly name: string },
  check: CheckReferences,
): Promise<Answered<Document>> => {
  const owner = { ...refTo(customer, of.customerId, of.name), role: "customer" };
  const relatedParty = [owner, given["relatedParty"] ?? []].flat();
  const whole = { name: of.name, ...given, relatedParty };
  const valid = validate(BillingAccount_Create, "body", whole);
  if (!valid.isOk) return valid;
  const sound = soundAccount(undefined, valid.value, { isBilled: true, now: context.now });
  if (!sound.isOk) return sound;
  // The owner comes with the row; the others have to be there.
  const others = relatedParty.slice(1);
  const { relatedParty: _, ...rest } = sound.value;
  const checked = await check(billingAccount, {
    ...rest,
    ...(others.length > 0 ? { relatedParty: others } : {}),
  });
  if (!checked.isOk) return checked;
  return ok({
    ...checked.value,
    relatedParty: [owner, checked.value["relatedParty"] ?? []].flat(),
  });
};

const decideRow = async (
  context: Context,
  kinds: ImportKinds,
  row: PartyRow,
  check: CheckReferences,
): Promise<Answered<Decided>> => {
  const [individualId, customerId, accountId] = [0, 1, 2].map(() => uuidV7(context.now));
  const person = await decidePerson(context, kinds, row.individual, check);
  if (!person.isOk) return within("individual", person);
  const name = nameOfIndividual(person.value);
  const ofCustomer = { individualId: String(individualId), name };
  const customer = await decideCustomer(kinds, row.customer ?? {}, ofCustomer, check);
  if (!customer.isOk) return within("customer", customer);
  const ofAccount = { customerId: String(customerId), name };
  const account = await decideAccount(context, kinds, row.billingAccount ?? {}, ofAccount, check);
  if (!account.isOk) return within("billingAccount", account);
  return ok({
    individual: { id: String(individualId), body: person.value, owner: String(customerId) },
    customer: { id: String(customerId), body: customer.value },
    billingAccount: { id: String(accountId), body: account.value },
  });
};

/** Up to `importPageMax` rows, in the transaction of the context. */
export const importParties = async (
  context: Context,
  kinds: ImportKinds,
  rows: readonly PartyRow[],
): Promise<Answered<ImportedParties>> => {
  if (rows.length > limits.importPageMax) {
    return refuse("UNPROCESSABLE", `more than ${limits.importPageMax} rows at once`);
  }
  const check = createReferenceCheck(context, kinds.kinds);
  const decided: Decided[] = [];
  const imported: ImportedParty[] = [];
  const refused: { row: number; refusal: Refusal }[] = [];
  for (const [row, given] of rows.entries()) {
    const one = await decideRow(context, kinds, given, check);
    if (one.isOk) {
      const { individual, customer, billingAccount } = one.value;
      decided.push(one.value);
      imported.push({
        ...{ row, individualId: individual.id, customerId: customer.id },
        billingAccountId: billingAccount.id,
      });
    } else refused.push({ row, refusal: one.error });
  }
  await createResources(
    context,
    kinds.individual,
    decided.map(({ individual }) => individual),
  );
  await createResources(
    context,
    kinds.customer,
    decided.map(({ customer }) => customer),
  );
  const accounts = decided.map(({ billingAccount }) => billingAccount);
  await createResources(context, kinds.billingAccount, accounts);
  return ok({ imported, refused });
};
