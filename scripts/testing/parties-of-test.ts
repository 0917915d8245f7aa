// Doors with parties, customers and accounts for a file of live tests, with keys of their own, and
// what most tests begin with.

import { composeParties, type PartiesOfBss } from "../../bss/compose-parties.ts";
import { type Cipher, createCipher, keyRingOf, newKeys } from "../../bss/privacy/index.ts";
import { type Answer, type AskOptions, type Doors, openDoors } from "./doors-of-test.ts";

export type PartyDoors = Doors & {
  readonly cipher: Cipher;
  readonly parties: PartiesOfBss;
  /** Refused: it throws. */
  make(path: string, body: object, options?: AskOptions): Promise<Answer["body"]>;
  makePerson(rest?: object): Promise<Answer["body"]>;
  makeCustomer(person: { readonly id: string }, rest?: object): Promise<Answer["body"]>;
  makeAccount(customer: { readonly id: string }, rest?: object): Promise<Answer["body"]>;
};

export const partyPaths = {
  individual: "/tmf-api/party/v4/individual",
  organization: "/tmf-api/party/v4/organization",
  partyRole: "/tmf-api/partyRoleManagement/v4/partyRole",
  customer: "/tmf-api/customerManagement/v4/customer",
  billingAccount: "/tmf-api/accountManagement/v4/billingAccount",
} as const;

export const openPartyDoors = async (
  databaseUrl: string,
  options: Parameters<typeof openDoors>[2] & { readonly cipher?: Cipher } = {},
): Promise<PartyDoors> => {
  const { cipher = createCipher(keyRingOf(newKeys())) } = options;
  const parties = composeParties({ cipher });
  const doors = await openDoors(databaseUrl, () => parties.routes, options);
  const make: PartyDoors["make"] = async (path, body, rest) => {
    const { status, text, body: made } = await doors.ask("POST", path, { ...rest, body });
    if (status !== 201) throw new Error(`${path} answered ${status}: ${text}`);
    return made;
  };
  return {
    ...{ ...doors, cipher, parties, make },
    makePerson: (rest) =>
      make(partyPaths.individual, { givenName: "Ada", familyName: "Lovelace", ...rest }),
    makeCustomer: ({ id }, rest) =>
      make(partyPaths.customer, {
        name: "Ada Lovelace",
        engagedParty: { id, "@referredType": "Individual" },
        ...rest,
      }),
    makeAccount: ({ id }, rest) =>
      make(partyPaths.billingAccount, {
        name: "at home",
        relatedParty: [{ id, name: "Ada", "@referredType": "Customer", role: "customer" }],
        ...rest,
      }),
  };
};
