// The accounts of TMF666 and what they are billed by, as kinds of TMF resource.

import { collectComplaints } from "../http/tmf/complaints.ts";
import { checkReferences, checkUnreferred, type Kinds } from "../http/tmf/references.ts";
import type { ReferencePlace, ResourceKind } from "../http/tmf/resource-kind.ts";
import type { ResourceTable } from "../http/tmf/resource-table.ts";
import {
  contactMediaAt,
  createPrivacy,
  customerOf,
  encryptedDocuments,
  type KindDeps,
  type PersonalPlaces,
  relatedPartiesAt,
} from "../parties/index.ts";
import type { EncryptedTable } from "../privacy/index.ts";
import { soundAccount } from "./account.ts";
import { checkCycle } from "./billing-cycle.ts";
import * as tables from "./schema.ts";
import * as shapes from "./tmf666.generated.ts";

export type AccountKinds = {
  readonly partyAccount: ResourceKind;
  readonly billingAccount: ResourceKind;
  readonly settlementAccount: ResourceKind;
  readonly financialAccount: ResourceKind;
  readonly billingCycleSpecification: ResourceKind;
  readonly billFormat: ResourceKind;
  readonly billPresentationMedia: ResourceKind;
};

const api = {
  ...{ basePath: "/tmf-api/accountManagement/v4", domain: "account" },
  tag: "TMF666 Account",
};
const methods = ["list", "get", "create", "patch", "delete"] as const;

const accountNames = ["billingAccount", "partyAccount", "settlementAccount", "financialAccount"];
const parties = ["individual", "organization", "customer", "partyRole"];

const references: readonly ReferencePlace[] = [
  { path: ["relatedParty", "*"], to: parties },
  { path: ["contact", "*", "relatedParty"], to: parties },
  { path: ["accountRelationship", "*", "account"], to: accountNames },
  { path: ["financialAccount"], to: ["financialAccount"] },
  { path: ["defaultPaymentMethod"], to: ["paymentMethod"] },
  { path: ["paymentPlan", "*", "paymentMethod"], to: ["paymentMethod"] },
  { path: ["billStructure", "cycleSpecification"], to: ["billingCycleSpecification"] },
  { path: ["billStructure", "format"], to: ["billFormat"] },
  { path: ["billStructure", "presentationMedia", "*"], to: ["billPresentationMedia"] },
];

/** People name accounts by themselves. */
const personal: PersonalPlaces = {
  "/name": { fieldClass: "name", sight: "contact", mark: "a" },
  ...relatedPartiesAt("/relatedParty/*"),
  ...relatedPartiesAt("/contact/*/relatedParty"),
  "/contact/*/contactName": { fieldClass: "name", sight: "contact" },
  ...contactMediaAt("/contact/*/contactMedium"),
};

type AccountOf = Pick<ResourceKind, "name" | "type" | "shapes"> & {
  readonly table: ResourceTable;
  readonly isBilled: boolean;
};

const accountKind = ({ cipher, kinds }: KindDeps, of: AccountOf) => {
  const { name, type, table, isBilled } = of;
  const privacy = createPrivacy(cipher, table, personal);
  const kind: ResourceKind = {
    ...{ api, methods, name, type, table, privacy, references, shapes: of.shapes },
    permissions: { read: "account:read", write: "account:write" },
    stateField: "state",
    ownerOf: customerOf,
    decide: async (context, { before, after }) => {
      const unmasked = privacy.checkUnmasked(after);
      if (!unmasked.isOk) return unmasked;
      const sound = soundAccount(before, after, { isBilled, now: context.now });
      if (!sound.isOk) return sound;
      return checkReferences(context, kinds, kind, { before, after: sound.value });
    },
    mayDelete: (context, { id }) => checkUnreferred(context, kinds, kind, String(id)),
  };
  return kind;
};

/** What bills look like and when they come is no secret. */
const settingOf = (
  kinds: Kinds,
  of: Pick<ResourceKind, "name" | "type" | "shapes" | "table" | "decide">,
): ResourceKind => {
  const kind: ResourceKind = {
    ...{ api, methods, ...of },
    permissions: { read: "catalogue:read", write: "account:write" },
    mayDelete: (context, { id }) => checkUnreferred(context, kinds, kind, String(id)),
  };
  return kind;
};

const cycleKind = (kinds: Kinds): ResourceKind =>
  settingOf(kinds, {
    ...{ name: "billingCycleSpecification", type: "BillingCycleSpecification" },
    table: tables.billingCycleSpecifications,
    shapes: {
      create: shapes.BillingCycleSpecification_Create,
      update: shapes.BillingCycleSpecification_Update,
      whole: shapes.BillingCycleSpecification,
    },
    decide: async (_, { after }) => {
      const { complain, answer } = collectComplaints();
      checkCycle(complain, "", after as shapes.BillingCycleSpecification);
      return answer(after);
    },
  });

const formatKinds = (kinds: Kinds) => ({
  billFormat: settingOf(kinds, {
    ...{ name: "billFormat", type: "BillFormat", table: tables.billFormats },
    shapes: {
      create: shapes.BillFormat_Create,
      update: shapes.BillFormat_Update,
      whole: shapes.BillFormat,
    },
  }),
  billPresentationMedia: settingOf(kinds, {
    ...{ name: "billPresentationMedia", type: "BillPresentationMedia" },
    table: tables.billPresentationMedia,
    shapes: {
      create: shapes.BillPresentationMedia_Create,
      update: shapes.BillPresentationMedia_Update,
      whole: shapes.BillPresentationMedia,
    },
  }),
});

const fourAccounts = (deps: KindDeps) => ({
  partyAccount: accountKind(deps, {
    ...{ name: "partyAccount", type: "PartyAccount", isBilled: false },
    table: tables.partyAccounts,
    shapes: {
      create: shapes.PartyAccount_Create,
      update: shapes.PartyAccount_Update,
      whole: shapes.PartyAccount,
    },
  }),
  billingAccount: accountKind(deps, {
    ...{ name: "billingAccount", type: "BillingAccount" },
    ...{ isBilled: true, table: tables.billingAccounts },
    shapes: {
      create: shapes.BillingAccount_Create,
      update: shapes.BillingAccount_Update,
      whole: shapes.BillingAccount,
    },
  }),
  settlementAccount: accountKind(deps, {
    ...{ name: "settlementAccount", type: "SettlementAccount" },
    ...{ isBilled: false, table: tables.settlementAccounts },
    shapes: {
      create: shapes.SettlementAccount_Create,
      update: shapes.SettlementAccount_Update,
      whole: shapes.SettlementAccount,
    },
  }),
  financialAccount: accountKind(deps, {
    ...{ name: "financialAccount", type: "FinancialAccount" },
    ...{ isBilled: false, table: tables.financialAccounts },
    shapes: {
      create: shapes.FinancialAccount_Create,
      update: shapes.FinancialAccount_Update,
      whole: shapes.FinancialAccount,
    },
  }),
});

/** `kinds` are all of the installation's, those made here included. */
export const accountKinds = (deps: KindDeps): AccountKinds => ({
  ...fourAccounts(deps),
  billingCycleSpecification: cycleKind(deps.kinds),
  ...formatKinds(deps.kinds),
});

export const encryptedAccounts: readonly EncryptedTable[] = [
  tables.partyAccounts,
  tables.billingAccounts,
  tables.settlementAccounts,
  tables.financialAccounts,
].map((table) => encryptedDocuments(table, personal));
