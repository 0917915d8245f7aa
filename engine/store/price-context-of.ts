// What the network says of a use, in the words of rating. Made only where a tariff asks for it.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import { numberOfAddress } from "../rating/phone-number.ts";
import type { PriceContext } from "../rating/price-context.ts";

export type ServiceInformation = CheckedRequestOf<"update">["serviceInformation"];

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
