// What the network said of a use besides its amount: as the journal keeps it, and in the words of
// rating. So the business side rates a use of the ledger by what was known of it then.

import { numberOfAddress } from "../rating/phone-number.ts";
import type { PriceContext } from "../rating/price-context.ts";
import { type Cursor, readText } from "./journal-bytes.ts";

/** In the order in which they are kept; append-only. */
export const informationFields = [
  "calledPartyAddress",
  "servingNetwork",
  "callingPartyAddress",
  "ratType",
  "singleNssai",
  "dataNetworkName",
  "serviceIdentifier",
  "qosClass",
] as const;

export type Information = Readonly<Record<(typeof informationFields)[number], string | null>>;
export type ServiceInformation = Information | null;

/** Of an older journal it may have fewer fields, of a newer one more: what is not there is nil. */
export const readServiceInformation = (bytes: Buffer): ServiceInformation => {
  if (bytes.length === 0) return null;
  const cursor: Cursor = { bytes, at: 0 };
  const texts: (string | null)[] = [];
  while (cursor.at < bytes.length) texts.push(readText(cursor) || null);
  const entries = informationFields.map((field, place) => [field, texts[place] ?? null]);
  return Object.fromEntries(entries) as Information;
};

/** Made only where a tariff asks for it. */
export const priceContextOf = (said: ServiceInformation, subscriber: string): PriceContext =>
  said === null
    ? { subscriber }
    : {
        subscriber,
        calledNumber: numberIn(said.calledPartyAddress),
        callingNumber: numberIn(said.callingPartyAddress),
        servingNetwork: said.servingNetwork ?? undefined,
        ratType: said.ratType ?? undefined,
        slice: said.singleNssai ?? undefined,
        dnn: said.dataNetworkName ?? undefined,
        serviceId: said.serviceIdentifier ?? undefined,
        qos: said.qosClass ?? undefined,
      };

const numberIn = (address: string | null): string | undefined =>
  address === null ? undefined : numberOfAddress(address);
