// `npm run bench:rerate`: how many records of the ledger a second are rated once more, by the demo
// catalogue and by one with other prices; on one core, without reading them from Postgres.

import {
  type CompiledCatalogue,
  compileCatalogue,
  createRerating,
  type LedgerProfile,
  productTerms,
  profileOf,
} from "../bss/catalogue/compile/index.ts";
import { demoCatalogue } from "../scripts/seed/catalogue/documents.ts";
import { type Flag, readFlags, whole } from "./flags.ts";
import { describeMachine, machineLines } from "./report/machine.ts";
import { preciseFigure, renderTable, wholeFigure } from "./report/table.ts";
import { writeJson } from "./report/write-json.ts";
import { beganAt, ledgerRecords } from "./rerating/ledger-records.ts";

const flags: readonly Flag[] = [
  {
    ...{ name: "records", hint: "N", meaning: "of the ledger", fallback: 500_000 },
    range: whole(1_000, 5_000_000),
  },
  {
    ...{ name: "accounts", hint: "N", meaning: "whose they are", fallback: 20_000 },
    range: whole(1, 1_000_000),
  },
  { name: "json", hint: "FILE", meaning: "writes the figures there as well" },
];
const title = "npm run bench:rerate [-- flags]   the ledger by other prices";

const compiled = (rise: number): CompiledCatalogue => {
  const productOfferingPrice = demoCatalogue.productOfferingPrice.map((one) =>
    one.priceType === "usage" && one.price?.value !== undefined
      ? { ...one, price: { ...one.price, value: Number((one.price.value * rise).toFixed(6)) } }
      : one,
  );
  const documents = { ...demoCatalogue, productOfferingPrice };
  const outcome = compileCatalogue(documents, { version: 1, effectiveAt: beganAt });
  if (!outcome.isOk) throw new Error(outcome.error.map(({ message }) => message).join("; "));
  return outcome.value;
};

/** As the journal would have it: of every account the same. */
const profileIn = (catalogue: CompiledCatalogue): LedgerProfile => {
  const timeZone = "Europe/Berlin";
  const bought = productTerms(catalogue, {
    ...{ offeringId: "nordlicht-data-30", productId: "p", at: beganAt, timeZone },
    subscribers: ["msisdn-1"],
  });
  if (!bought.isOk) throw new Error("the demo plan is not sold");
  const profile = profileOf({
    ...{ accountId: "a", currency: "EUR", timeZone, subscriberIdentifiers: ["msisdn-1"] },
    products: [bought.value],
  });
  if (!profile.isOk) throw new Error("the demo plan is no profile");
  // What rating again looks at: units by slot, products.
  return { ...profile.value, version: 1 } as unknown as LedgerProfile;
};

const measure = (count: number, accounts: number) => {
  const [before, after] = [compiled(1), compiled(1.1)];
  const profile = profileIn(before);
  const units = profile.buckets.map((bucket) => bucket?.unit);
  const records = ledgerRecords(count, accounts, units.indexOf("money"));
  const rerating = createRerating({
    ...{ before, after, owners: "keep" },
    customerOf: (accountId) => accountId,
    profileOf: () => profile,
  });
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (const record of records) rerating.add(record);
  const totals = rerating.totals();
  const seconds = (performance.now() - startedAt) / 1_000;
  const { system, user } = process.cpuUsage(cpu);
  const sum = (of: "chargedMicros" | "beforeMicros" | "afterMicros") =>
    totals.reduce((all, one) => all + one[of], 0);
  return {
    ...{ records: count, accounts, totals: totals.length, seconds },
    recordsPerSecond: count / seconds,
    cpuUsPerRecord: (user + system) / count,
    ...{ chargedMicros: sum("chargedMicros"), beforeMicros: sum("beforeMicros") },
    afterMicros: sum("afterMicros"),
  };
};

const main = async (words: readonly string[]): Promise<number> => {
  const read = readFlags(words, flags, title);
  if (!read.isOk) {
    (read.error.isHelp ? process.stdout : process.stderr).write(`${read.error.text}\n`);
    return read.error.isHelp ? 0 : 2;
  }
  const machine = describeMachine({ redisVersion: "not used", measuredAt: new Date() });
  const figures = measure(read.value.number("records"), read.value.number("accounts"));
  const rows = [
    ["", "rated again"],
    ["records", wholeFigure(figures.records)],
    ["totals, by offering and customer", wholeFigure(figures.totals)],
    ["records a second", wholeFigure(figures.recordsPerSecond)],
    ["CPU, µs a record", preciseFigure(figures.cpuUsPerRecord)],
  ];
  process.stdout.write(`${machineLines(machine).join("\n")}\n\n${renderTable(rows)}\n`);
  const file = read.value.text("json");
  if (file !== undefined) await writeJson(file, { machine, ...figures });
  return 0;
};

process.exit(await main(process.argv.slice(2)));
