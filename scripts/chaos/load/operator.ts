// What the load is charged by: one tariff, and accounts that have nothing but money.

import { limits } from "../../../engine/limits.ts";
import type { Client } from "../../../engine/protocol/client/client.ts";
import type { RequestOf } from "../../../engine/protocol/operations.ts";
import { insist } from "./insist.ts";

export const mebi = 2 ** 20;
/** Micros of a cent. */
export const cent = 10_000;

/** Rating groups: one for sessions, one for sessions that are abandoned, one for events. */
export const groups = { web: 10, abandoned: 20, message: 200 } as const;

/** A grant of the sessions that are abandoned holds for so long, and its session twice as long. */
export const abandonedValiditySeconds = 2;
/**
 * After the session's deadline it is ended by the next look at its list of deadlines, and by an
 * engine that may have been away.
 */
export const expiryMsMax =
  2_000 * abandonedValiditySeconds + limits.deadlineIntervalMs + 3 * limits.sweepIntervalMs;

const priced = (ratingGroup: number, unit: string, validityTimeSeconds: number) => ({
  ratingGroup,
  unit,
  blockUnits: unit === "octets" ? mebi : 1,
  blockPrice: unit === "octets" ? "0.01" : "0.09",
  quotaUnits: unit === "octets" ? 8 * mebi : 1,
  quotaUnitsMax: unit === "octets" ? 16 * mebi : 10,
  validityTimeSeconds,
});

const tariff = JSON.stringify({
  tariffId: "chaos",
  currency: "EUR",
  effectiveFrom: "2020-01-01T00:00:00Z",
  ratingGroups: [
    // Longer than any fault lasts: what is late is another trial.
    priced(groups.web, "octets", 300),
    priced(groups.abandoned, "octets", abandonedValiditySeconds),
    priced(groups.message, "messages", 300),
  ],
});

const always = {
  validFrom: Date.parse("2020-01-01T00:00:00Z"),
  validUntil: Date.parse("2040-01-01T00:00:00Z"),
};

const accountOf = (accountId: string): RequestOf<"putAccount"> => ({
  accountId,
  currency: "EUR",
  subscriberIdentifiers: [`msisdn-${accountId}`],
  products: [{ productId: "plan", tariffId: "chaos", ...always }],
  buckets: [
    {
      bucketId: "main",
      unit: "money",
      priority: 1,
      ratingGroups: [],
      creditLimit: 0,
      ...always,
    },
  ],
  counters: [],
});

/** Opens the accounts, all without money; rejects with the one that could not be opened. */
export const openAccounts = async (
  business: Pick<Client, "publishTariff" | "putAccount">,
  ids: readonly string[],
  isGivenUp: () => boolean,
): Promise<void> => {
  const must = async (what: string, ask: Parameters<typeof insist>[0]) => {
    const outcome = await insist(ask, isGivenUp);
    if (!outcome.isOk) throw new Error(`${what}: ${outcome.error.code} ${outcome.error.detail}`);
  };
  await must("the tariff", () => business.publishTariff({ document: tariff }));
  await Promise.all(
    ids.map((id) => must(`account ${id}`, () => business.putAccount(accountOf(id)))),
  );
};
