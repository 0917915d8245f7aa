// The demo operator's catalogue: all its documents, as an import takes them.

import type { CatalogueDocuments } from "../../../bss/catalogue/compile/index.ts";
import { operatorName } from "../operator.ts";
import { categoryOf } from "./document-forms.ts";
import { offerings } from "./offerings.ts";
import { prices } from "./prices.ts";
import { specifications } from "./specifications.ts";

export const demoCatalogue: CatalogueDocuments = {
  catalog: [
    {
      ...{ id: "nordlicht", name: operatorName, version: "1.0", lifecycleStatus: "Launched" },
      category: [{ id: "mobile" }, { id: "machines" }],
    },
  ],
  category: [
    categoryOf("mobile", "For people"),
    categoryOf("prepaid", "Prepaid", "mobile"),
    categoryOf("postpaid", "Postpaid", "mobile"),
    categoryOf("family", "Family", "mobile"),
    categoryOf("passes", "Passes", "mobile"),
    categoryOf("roaming", "Roaming", "passes"),
    categoryOf("machines", "For machines"),
    categoryOf("things", "Things", "machines"),
    categoryOf("slices", "5G slices", "machines"),
  ],
  productSpecification: specifications,
  productOffering: offerings,
  productOfferingPrice: prices,
};
