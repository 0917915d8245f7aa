// Customers as a kind of TMF resource. A customer owns itself, whoever it engages and its members:
// so far does self-care reach.

import type { Context } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import { checkReferences, checkUnreferred } from "../http/tmf/references.ts";
import type { ResourceKind } from "../http/tmf/resource-kind.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import {
  createPrivacy,
  encryptedDocuments,
  type KindDeps,
  ownParties,
  personalOfRole,
  referencesOfRole,
} from "../parties/index.ts";
import type { EncryptedTable } from "../privacy/index.ts";
import { checkPayer, membersOf, soundCustomer } from "./customer.ts";
import { encryptedInteractions } from "./interactions.ts";
import { customers } from "./schema.ts";
import { Customer, Customer_Create, Customer_Update } from "./tmf629.generated.ts";

export type CustomerKinds = {
  readonly customer: ResourceKind;
};

const engagedOf = (document: Document): string => (document as Customer).engagedParty.id;
const idsOf = (document: Document): string =>
  JSON.stringify([engagedOf(document), membersOf(document).map(({ id }) => id)]);

const own = (context: Context, document: Document): Promise<void> =>
  ownParties(context, {
    customerId: String(document["id"]),
    engaged: [engagedOf(document)],
    members: membersOf(document).map(({ id }) => id),
  });

/** `kinds` are all of the installation's, this one included. */
export const customerKinds = ({ cipher, kinds }: KindDeps): CustomerKinds => {
  const privacy = createPrivacy(cipher, customers, personalOfRole);
  const decide = async (
    context: Context,
    { before, after }: { readonly before: Document | undefined; readonly after: Document },
  ): Promise<Answered<Document>> => {
    const unmasked = privacy.checkUnmasked(after);
    if (!unmasked.isOk) return unmasked;
    const sound = soundCustomer(before, after);
    if (!sound.isOk) return sound;
    const referring = await checkReferences(context, kinds, customer, {
      ...{ before, after: sound.value },
    });
    if (!referring.isOk) return referring;
    const payer = await checkPayer(context, before, referring.value);
    if (!payer.isOk) return payer;
    const isSame = before !== undefined && idsOf(before) === idsOf(referring.value);
    if (!isSame) await own(context, referring.value);
    return referring;
  };
  const customer: ResourceKind = {
    api: {
      ...{ basePath: "/tmf-api/customerManagement/v4", domain: "customer" },
      tag: "TMF629 Customer",
    },
    ...{ name: "customer", type: "Customer", table: customers, stateField: "status" },
    shapes: { create: Customer_Create, update: Customer_Update, whole: Customer },
    permissions: { read: "customer:read", write: "customer:write" },
    methods: ["list", "get", "create", "patch", "delete"],
    ...{ privacy, decide, references: referencesOfRole },
    ownerOf: ({ id }) => String(id),
    mayDelete: async (context, { id }) => {
      const unreferred = await checkUnreferred(context, kinds, customer, String(id));
      // Whom it had belongs to nobody then.
      const none = { customerId: String(id), engaged: [], members: [] };
      if (unreferred.isOk) await ownParties(context, none);
      return unreferred;
    },
  };
  return { customer };
};

export const encryptedCustomers: readonly EncryptedTable[] = [
  encryptedDocuments(customers, personalOfRole),
  encryptedInteractions,
];
