// Individuals, organisations and party roles as kinds of TMF resource: their rules, whom they refer
// to, what of them is personal.

import { and, eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { collectComplaints } from "../http/tmf/complaints.ts";
import { checkReferences, checkUnreferred, type Kinds } from "../http/tmf/references.ts";
import type { ReferencePlace, ResourceKind } from "../http/tmf/resource-kind.ts";
import type { Document } from "../http/tmf/resource-table.ts";
import { withState } from "../http/tmf/states.ts";
import { reachOf } from "../permissions.ts";
import type { Cipher, EncryptedTable } from "../privacy/index.ts";
import { nameOfIndividual, soundIndividual } from "./individual.ts";
import { checkAncestors, nameOfOrganization, parentOf, soundOrganization } from "./organization.ts";
import {
  nameAndBirthday,
  personalOfIndividual,
  personalOfOrganization,
  personalOfRole,
  registeredAs,
} from "./personal-fields-of-parties.ts";
import { createPrivacy, encryptedDocuments } from "./personal-places.ts";
import { customerOf, referencesOfRole, roleStates, soundRole } from "./role.ts";
import { individuals, mergedParties, organizations, partyRoles } from "./schema.ts";
import {
  Individual,
  Individual_Create,
  Individual_Update,
  Organization,
  Organization_Create,
  Organization_Update,
} from "./tmf632.generated.ts";
import { PartyRole, PartyRole_Create, PartyRole_Update } from "./tmf669.generated.ts";

export type KindDeps = { readonly cipher: Cipher; readonly kinds: Kinds };

export type PartyKinds = {
  readonly individual: ResourceKind;
  readonly organization: ResourceKind;
  readonly partyRole: ResourceKind;
};

const api = { basePath: "/tmf-api/party/v4", domain: "party", tag: "TMF632 Party" };
const methods = ["list", "get", "create", "patch", "delete"] as const;
const permissions = { read: "party:read", write: "party:write" } as const;

const related: ReferencePlace = {
  path: ["relatedParty", "*"],
  to: ["individual", "organization", "customer", "partyRole"],
};

/** How one is reached and spoken to is one's own affair; who one is, others have looked into. */
const ownFields: ReadonlySet<string> = new Set([
  ..."contactMedium languageAbility preferredGivenName title maritalStatus".split(" "),
]);

/** Who reaches only its own changes only what is its own affair. */
const checkOwnFields = (
  { actor }: Context,
  before: Document | undefined,
  after: Document,
): Answered<void> => {
  if (before === undefined || reachOf(actor.roles, "party:write") !== "own") return ok(undefined);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const foreign = [...names].filter(
    (name) => !ownFields.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (foreign.length === 0) return ok(undefined);
  const errors = foreign.map((name) => ({ pointer: `/${name}`, detail: "not yours to change" }));
  return refuse("FORBIDDEN", `/${foreign[0]}: not yours to change`, { errors });
};

const successorIn =
  (kind: "individual" | "organization") =>
  async ({ tables }: Context, id: string): Promise<string | undefined> => {
    const [row] = await tables
      .select({ survivor: mergedParties.survivor })
      .from(mergedParties)
      .where(and(eq(mergedParties.id, id), eq(mergedParties.kind, kind)));
    return row?.survivor;
  };

/** With whoever was merged into it: they would be known as somebody who is not there. */
const leave = async (
  context: Context,
  kinds: Kinds,
  kind: ResourceKind,
  id: string,
): Promise<Answered<void>> => {
  const unreferred = await checkUnreferred(context, kinds, kind, id);
  if (unreferred.isOk) {
    await context.tables.delete(mergedParties).where(eq(mergedParties.survivor, id));
  }
  return unreferred;
};

const individualKind = ({ cipher, kinds }: KindDeps) => {
  const privacy = createPrivacy(cipher, individuals, personalOfIndividual, nameAndBirthday);
  const kind: ResourceKind = {
    ...{ api, methods, permissions, privacy },
    ...{ name: "individual", type: "Individual", table: individuals, stateField: "status" },
    shapes: { create: Individual_Create, update: Individual_Update, whole: Individual },
    references: [related],
    isOwnerGiven: true,
    nameOf: nameOfIndividual,
    successorOf: successorIn("individual"),
    decide: async (context, { before, after }) => {
      const own = checkOwnFields(context, before, after);
      if (!own.isOk) return own;
      const unmasked = privacy.checkUnmasked(after);
      if (!unmasked.isOk) return unmasked;
      const sound = soundIndividual(before, after, context.now);
      if (!sound.isOk) return sound;
      return checkReferences(context, kinds, kind, { before, after: sound.value });
    },
    mayDelete: (context, { id }) => leave(context, kinds, kind, String(id)),
  };
  return kind;
};

const organizationKind = ({ cipher, kinds }: KindDeps) => {
  const privacy = createPrivacy(cipher, organizations, personalOfOrganization, registeredAs);
  const kind: ResourceKind = {
    ...{ api, methods, permissions, privacy },
    ...{ name: "organization", type: "Organization", table: organizations, stateField: "status" },
    shapes: { create: Organization_Create, update: Organization_Update, whole: Organization },
    references: [
      related,
      { path: ["organizationParentRelationship", "organization"], to: ["organization"] },
    ],
    isOwnerGiven: true,
    nameOf: nameOfOrganization,
    successorOf: successorIn("organization"),
    decide: async (context, { before, after }) => {
      const own = checkOwnFields(context, before, after);
      if (!own.isOk) return own;
      const unmasked = privacy.checkUnmasked(after);
      if (!unmasked.isOk) return unmasked;
      const sound = soundOrganization(before, after);
      if (!sound.isOk) return sound;
      const referring = await checkReferences(context, kinds, kind, { before, after: sound.value });
      if (!referring.isOk) return referring;
      const isElsewhere = parentOf(before ?? {}) !== parentOf(referring.value);
      const above = isElsewhere ? await checkAncestors(context, referring.value) : ok(undefined);
      return above.isOk ? referring : above;
    },
    mayDelete: (context, { id }) => leave(context, kinds, kind, String(id)),
  };
  return kind;
};

const partyRoleKind = ({ cipher, kinds }: KindDeps) => {
  const privacy = createPrivacy(cipher, partyRoles, personalOfRole);
  const kind: ResourceKind = {
    api: {
      ...{ basePath: "/tmf-api/partyRoleManagement/v4", domain: "partyRole" },
      tag: "TMF669 Party Role",
    },
    ...{ methods, privacy, references: referencesOfRole, ownerOf: customerOf },
    ...{ name: "partyRole", type: "PartyRole", table: partyRoles, stateField: "status" },
    shapes: { create: PartyRole_Create, update: PartyRole_Update, whole: PartyRole },
    permissions: { read: "party:read", write: "customer:write" },
    decide: async (context, { before, after }) => {
      const unmasked = privacy.checkUnmasked(after);
      if (!unmasked.isOk) return unmasked;
      const { complain, answer } = collectComplaints();
      const sound = answer(soundRole(complain, after));
      if (!sound.isOk) return sound;
      const stated = withState(roleStates, before, sound.value);
      if (!stated.isOk) return stated;
      return checkReferences(context, kinds, kind, { before, after: stated.value });
    },
    mayDelete: (context, { id }) => checkUnreferred(context, kinds, kind, String(id)),
  };
  return kind;
};

/** `kinds` are all of the installation's, those made here included. */
export const partyKinds = (deps: KindDeps): PartyKinds => ({
  individual: individualKind(deps),
  organization: organizationKind(deps),
  partyRole: partyRoleKind(deps),
});

export const encryptedParties: readonly EncryptedTable[] = [
  encryptedDocuments(individuals, personalOfIndividual),
  encryptedDocuments(organizations, personalOfOrganization),
  encryptedDocuments(partyRoles, personalOfRole),
];
