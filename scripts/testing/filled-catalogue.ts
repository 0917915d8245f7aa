// A catalogue for live tests: one line with data by the MiB and a pass, and its way into the
// database, as an import takes it.

import { type KindName, kindNames } from "../../bss/catalogue/kind-names.ts";
import { kindOf } from "../../bss/catalogue/kinds.ts";
import { systemActor } from "../../bss/context.ts";
import { createResource } from "../../bss/http/tmf/change-resource.ts";
import type { Document } from "../../bss/http/tmf/resource-table.ts";
import type { Transact } from "../../bss/transact.ts";

export { demoCatalogue } from "../seed/catalogue/documents.ts";

export type Documents = Readonly<Partial<Record<KindName, readonly Document[]>>>;

const value = (name: string, ...values: readonly unknown[]) => ({
  name,
  productSpecCharacteristicValue: values.map((one) => ({ value: one })),
});

export const dataPrice = (id: string, euros: number): Document => ({
  ...{ id, name: `Data at ${euros}`, lifecycleStatus: "Launched", priceType: "usage" },
  price: { unit: "EUR", value: euros },
  unitOfMeasure: { amount: 1, units: "MiB" },
  prodSpecCharValueUse: [value("ratingGroup", 10)],
});

export const dataOffering = (id: string, priceId: string): Document => ({
  ...{ id, name: `Offering ${id}`, lifecycleStatus: "Launched" },
  productSpecification: { id: "line" },
  productOfferingPrice: [{ id: priceId }],
});

/** One cent for each MiB; a gigabyte of it for ten euros. */
export const smallCatalogue: Documents = {
  productSpecification: [
    {
      ...{ id: "line", name: "Mobile line", lifecycleStatus: "Launched" },
      productSpecCharacteristic: [
        value("ratingGroup", {
          ...{ ratingGroup: 10, name: "data", unit: "octets" },
          ...{ quotaUnits: 5_242_880, validityTimeSeconds: 3_600 },
        }),
      ],
    },
  ],
  productOfferingPrice: [dataPrice("cheap", 0.01), dataPrice("dear", 0.05)],
  productOffering: [dataOffering("data", "cheap"), dataOffering("data-plus", "dear")],
};

export const fillCatalogue = async (transact: Transact, documents: Documents): Promise<void> => {
  const asker = { actor: systemActor("seed"), requestId: "fill" };
  for (const name of kindNames) {
    for (const { id, ...document } of documents[name] ?? []) {
      const made = await transact(asker, (context) =>
        createResource(context, kindOf(name), { id, ...document }, { id: String(id) }),
      );
      if (!made.isOk) throw new Error(`${name} ${id}: ${made.error.detail}`);
    }
  }
};
