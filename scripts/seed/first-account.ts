// The first account of an operator's own, as README.md shows it: what no command does yet takes the
// client library. Run twice it does nothing more.

import { readFileSync } from "node:fs";
import { createClient } from "../../engine/protocol/client/client.ts";

const { TOLLGATE_DATA = ".tollgate", ENGINE_PORT = "7600" } = process.env;
const token = readFileSync(`${TOLLGATE_DATA}/tokens/business`, "utf8").trim();
const business = createClient({ endpoints: [`ws://127.0.0.1:${ENGINE_PORT}`], token });

const validFrom = Date.parse("2026-01-01T00:00:00Z");
const validUntil = Date.parse("2036-01-01T00:00:00Z");

const opened = await business.putAccount({
  accountId: "anna",
  currency: "EUR",
  timeZone: "Europe/Paris",
  subscriberIdentifiers: ["msisdn-33612345678", "imsi-208010000000001"],
  products: [{ productId: "talk", tariffId: "talk-2027", validFrom, validUntil }],
  buckets: [
    { bucketId: "main", unit: "money", priority: 1, ratingGroups: [], validFrom, validUntil },
  ],
  counters: [],
});
const toppedUp = await business.topUp({
  requestId: "voucher-1",
  accountId: "anna",
  bucketId: "main",
  amount: 10_000_000, // micros: 10 EUR
});
await business.close();
for (const outcome of [opened, toppedUp]) {
  if (!outcome.isOk) throw new Error(`${outcome.error.code} ${outcome.error.detail}`);
}
