// The door of the parties: people, organisations, their roles, what they agreed to; and the rules
// and personal places that customers and accounts share with them.

export {
  type Consent,
  type ConsentGiven,
  consentHistory,
  currentConsents,
  recordConsent,
} from "./consents.ts";
export { normalContactMedia, normalEmail, normalPhone } from "./contact-media.ts";
export { type FoundParty, findParty, holdParty } from "./find-party.ts";
export { nameOfIndividual, soundIndividual } from "./individual.ts";
export { encryptedParties, type KindDeps, type PartyKinds, partyKinds } from "./kinds.ts";
export { type LikelyDuplicate, likelyDuplicates } from "./likely-duplicates.ts";
export { type Merge, type Merged, mergeParties } from "./merge-parties.ts";
export { type OwnedParties, ownParties } from "./own-parties.ts";
export { contactMediaAt, personalOfRole, relatedPartiesAt } from "./personal-fields-of-parties.ts";
export {
  createPrivacy,
  encryptedDocuments,
  type PersonalPlace,
  type PersonalPlaces,
  type Sight,
  sightOf,
} from "./personal-places.ts";
export { creditProfileAt, customerOf, referencesOfRole, roleStates, soundRole } from "./role.ts";
export { partyRoutes } from "./routes.ts";
export { Individual_Create } from "./tmf632.generated.ts";
