// What identifies a person stands in no table as it is, whatever the doors were asked: neither
// where it is kept, nor with what is kept of a request, its audit and its events.

import { expect, test } from "vitest";
import { databaseOfFile } from "../scripts/testing/database-of-file.ts";
import { openPartyDoors, partyPaths } from "../scripts/testing/parties-of-test.ts";
import { createCipher, keyRingOf, newKeys } from "./privacy/index.ts";
import { answerSealOf } from "./start-doors.ts";

const file = databaseOfFile();

test("no table has a name, a number or an address of a person as they are", async () => {
  const cipher = createCipher(keyRingOf(newKeys()));
  const doors = await openPartyDoors(file.url, { cipher, answerSeal: answerSealOf(cipher) });
  const headers = { "idempotency-key": "key-1" };
  const phone = { mediumType: "phone", characteristic: { phoneNumber: "+4915123456789" } };
  const mail = { mediumType: "email", characteristic: { emailAddress: "countess@example.org" } };
  const person = await doors.make(
    partyPaths.individual,
    { givenName: "Augusta", familyName: "Lovelacina", contactMedium: [phone, mail] },
    { headers },
  );
  const changed = await doors.ask("PATCH", `${partyPaths.individual}/${person.id}`, {
    ...{ headers: { "idempotency-key": "key-2" }, type: "application/merge-patch+json" },
    body: { familyName: "Byronette" },
  });
  expect(changed.status, changed.text).toBe(200);
  const customer = await doors.makeCustomer(person, { name: "Augusta Byronette" });
  await doors.makeAccount(customer);
  const again = await doors.ask("PATCH", `${partyPaths.individual}/${person.id}`, {
    ...{ headers: { "idempotency-key": "key-2" }, type: "application/merge-patch+json" },
    body: { familyName: "Byronette" },
  });
  expect(again.body).toEqual(changed.body);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  const tables = await file.sql`SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
  const told: string[] = [];
  for (const { table_name: table } of tables) {
    const rows = await file.sql.plain(`SELECT row_to_json(t)::text AS row FROM "${table}" t`);
    const text = rows.map(({ row }) => row).join("\n");
    for (const word of ["Augusta", "Lovelacina", "Byronette", "4915123456789", "countess@"]) {
      if (text.includes(word)) told.push(`${table}: ${word}`);
    }
  }
  expect(told).toEqual([]);
});
