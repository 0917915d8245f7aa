// The hubs of parties, customers and accounts tell of all that TM Forum's definitions name.

import { expect, test } from "vitest";
import { eventTypes as ofAccounts } from "./accounts/tmf666.generated.ts";
import { composeParties } from "./compose-parties.ts";
import { eventTypes as ofCustomers } from "./customers/tmf629.generated.ts";
import { permissionsByDomain } from "./events/event-domains.ts";
import { eventTypesOf } from "./http/tmf/resource-kind.ts";
import { eventTypes as ofParties } from "./parties/tmf632.generated.ts";
import { eventTypes as ofRoles } from "./parties/tmf669.generated.ts";
import { createCipher, keyRingOf, newKeys } from "./privacy/index.ts";

const { kinds, routes } = composeParties({ cipher: createCipher(keyRingOf(newKeys())) });

test.each([
  ["party", ofParties],
  ["partyRole", ofRoles],
  ["customer", ofCustomers],
  ["account", ofAccounts],
] as const)(
  "the hub of %s can be subscribed to, and tells of what is defined",
  (domain, defined) => {
    expect(Object.keys(permissionsByDomain)).toContain(domain);
    const told = kinds.filter(({ api }) => api.domain === domain).flatMap(eventTypesOf);
    expect(told).toEqual(expect.arrayContaining([...defined]));
  },
);

test("every kind has its five routes, and no route is there twice", () => {
  const names = routes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
  expect(kinds).toHaveLength(11);
  for (const { api, name } of kinds) {
    expect(names.filter((one) => one.includes(`${api.basePath}/${name}`))).toHaveLength(5);
  }
});
