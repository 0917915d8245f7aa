// A change of keys reaches what every domain has sealed: none of it stays under the old key.

import { expect, test } from "vitest";
import { databaseOfFile } from "../scripts/testing/database-of-file.ts";
import { openDatabase } from "./db/connection.ts";
import { encryptedTables } from "./encrypted-tables.ts";
import {
  areKeysOfInstallation,
  createCipher,
  keyRingOf,
  newKeys,
  rotateKeys,
} from "./privacy/index.ts";

const file = databaseOfFile();

test("what is sealed of apps, issuers and webhooks is under the newest key after", async () => {
  const { sql } = file;
  const before = newKeys();
  const [added] = newKeys().keys;
  const old = createCipher(keyRingOf(before));
  const both = { keys: [...before.keys, added], indexKey: before.indexKey } as const;
  const cipher = createCipher(keyRingOf(both));
  const database = openDatabase({ url: file.url, name: "test", onError: () => undefined });
  expect(await areKeysOfInstallation(database, old)).toBe(true);
  const purposes = encryptedTables.flatMap(({ columns }) => columns.map(({ purpose }) => purpose));
  const sealed = (purpose: string) => {
    expect(purposes).toContain(purpose);
    return old.seal(`of ${purpose}`, purpose);
  };
  await sql`INSERT INTO identity_users (id, login, name, password_hash, roles, is_active,
      must_change_password, totp_secret, created_at)
    VALUES ('1', 'ada', 'Ada', 'x', '{}', true, false,
      ${sealed("identity_users.totp_secret")}, 0)`;
  await sql`INSERT INTO identity_issuers (id, name, issuer, audience, jwks_uri, algorithms,
      roles_claim, roles_by_claim, client_secret, is_active, created_at)
    VALUES ('1', 'i', 'i', 'a', 'j', '{}', 'r', '{}',
      ${sealed("identity_issuers.client_secret")}, true, 0)`;
  const secret = sealed("webhook-secret");
  await sql`INSERT INTO event_subscriptions (id, kind, callback, description, domains, query, owner,
      state, secret, previous_secret, concurrency, created_at, updated_at, failures, paused_until)
    VALUES (gen_random_uuid(), 'webhook', 'c', '', '{}', '', 'o', 'active', ${secret}, ${secret},
      1, 0, 0, 0, 0)`;
  const { signal } = new AbortController();
  const done = await rotateKeys({
    ...{ database, cipher, tables: encryptedTables, signal, onProgress: () => undefined },
  });
  const some = done.filter(({ rows }) => rows > 0);
  expect(some.map(({ resealed, unreadable }) => [resealed, unreadable])).toEqual(
    [1, 1, 2, 1].map((resealed) => [resealed, 0]),
  );
  const rows = await sql`SELECT totp_secret FROM identity_users
    UNION ALL SELECT client_secret FROM identity_issuers
    UNION ALL SELECT secret FROM event_subscriptions
    UNION ALL SELECT previous_secret FROM event_subscriptions`;
  expect(rows.map((row) => cipher.isNewest(row["totp_secret"]))).toEqual(Array(4).fill(true));
  expect(await areKeysOfInstallation(database, cipher)).toBe(true);
  await database.close();
});
