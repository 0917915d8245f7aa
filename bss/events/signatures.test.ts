// What is signed here is verified by the specification's own library.

import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { makeSecret, signatureOf } from "./signatures.ts";

const parts = { id: "event-1", timestamp: Math.floor(Date.now() / 1_000), body: '{"name":"é€😀"}' };
const headersOf = (signature: string) => ({
  "webhook-id": parts.id,
  "webhook-timestamp": `${parts.timestamp}`,
  "webhook-signature": signature,
});

test("a subscriber verifies with its secret, with the one before, and with no other", () => {
  const [now, before, other] = [makeSecret(), makeSecret(), makeSecret()];
  const headers = headersOf(signatureOf([now, before], parts));
  expect(new Webhook(now).verify(parts.body, headers)).toEqual({ name: "é€😀" });
  expect(new Webhook(before).verify(parts.body, headers)).toEqual({ name: "é€😀" });
  expect(() => new Webhook(other).verify(parts.body, headers)).toThrow("No matching signature");
});

test.each([{ "webhook-id": "event-2" }, { "webhook-timestamp": `${parts.timestamp + 1}` }])(
  "a signature is of nothing else: %j",
  (changed) => {
    const secret = makeSecret();
    const headers = { ...headersOf(signatureOf([secret], parts)), ...changed };
    expect(() => new Webhook(secret).verify(parts.body, headers)).toThrow("No matching signature");
  },
);

test("a secret is 32 octets that nobody has had", () => {
  const secrets = Array.from({ length: 100 }, makeSecret);
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(new Set(secrets).size).toBe(100);
});
