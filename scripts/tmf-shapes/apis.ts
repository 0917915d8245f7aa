// The APIs of TM Forum that bss implements: each definition's file, and the domain that its shapes
// go to.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Source } from "./source.ts";

type Api = {
  readonly api: number;
  readonly domain: string;
  /** Makes another API's source this one's. */
  readonly from?: { readonly api: number; readonly derive: (text: string) => Source };
};

/**
 * TMF669 v4.0.0 is TMF629 v4.0.0 with a party role for the customer, word by word; only, nobody has
 * to be engaged in a role. So it needs no file of its own.
 */
const deriveRoles = (text: string): Source => {
  const source: Source = JSON.parse(
    text
      .replaceAll("customerManagement", "partyRoleManagement")
      .replaceAll("Customer", "PartyRole")
      .replaceAll("customer", "partyRole"),
  );
  const { PartyRole, PartyRole_Create, PartyRole_Update, ...rest } = source.definitions;
  return {
    ...source,
    definitions: {
      ...rest,
      PartyRole: { ...PartyRole, required: [] },
      PartyRole_Create: { ...PartyRole_Create, required: ["name"] },
      PartyRole_Update: { ...PartyRole_Update, required: [] },
    },
  };
};

export const apis: readonly Api[] = [
  { api: 620, domain: "catalogue" },
  { api: 632, domain: "parties" },
  { api: 669, domain: "parties", from: { api: 629, derive: deriveRoles } },
  { api: 629, domain: "customers" },
  { api: 666, domain: "accounts" },
  { api: 654, domain: "balances" },
  { api: 635, domain: "usage" },
  { api: 677, domain: "usage" },
];

export type ReadApi = { readonly api: number; readonly domain: string; readonly source: Source };

/** All of them, or the names of those whose file is not in the folder. */
export const readApis = (folder: string): readonly ReadApi[] | readonly string[] => {
  const files = readdirSync(folder);
  const fileOf = (api: number) =>
    files.find((file) => new RegExp(`^TMF${api}-v4.*\\.json$`).test(file));
  const missing = apis
    .map(({ api, from }) => from?.api ?? api)
    .filter((api) => fileOf(api) === undefined)
    .map((api) => `TMF${api}-v4….json`);
  if (missing.length > 0) return missing;
  return apis.map(({ api, domain, from }) => {
    const text = readFileSync(path.join(folder, fileOf(from?.api ?? api) ?? ""), "utf8");
    return { api, domain, source: from === undefined ? JSON.parse(text) : from.derive(text) };
  });
};
