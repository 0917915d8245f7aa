// What the network says of a use, in the words of rating. Made only where a tariff asks for it.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import type { PriceContext } from "../rating/price-context.ts";

export type ServiceInformation = CheckedRequestOf<"update">["serviceInformation"];

export const priceContextOf = (said: ServiceInformation, subscriber: string): PriceContext =>
  said === null
    ? { subscriber }
    : {
        subscriber,
        calledNumber: said.calledPartyAddress ?? undefined,
        callingNumber: said.callingPartyAddress ?? undefined,
        servingNetwork: said.servingNetwork ?? undefined,
        ratType: said.ratType ?? undefined,
        slice: said.singleNssai ?? undefined,
        dnn: said.dataNetworkName ?? undefined,
        serviceId: said.serviceIdentifier ?? undefined,
        qos: said.qosClass ?? undefined,
      };
