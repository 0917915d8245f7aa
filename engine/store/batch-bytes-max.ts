// How many octets the largest of all batches has (lua/lib/batch.lua).

import { limits } from "../limits.ts";
import { groupLength, headLength, operationLength } from "./batch-operation.ts";
import { planHeadLength } from "./plan-bytes.ts";

/** Enough for any batch: each operation with all its groups, each group with a plan of its own. */
export const batchBytesMax =
  headLength +
  limits.batchOperationsMax *
    (operationLength +
      limits.identifierLengthMax +
      limits.usageEntriesPerRequestMax * groupLength) +
  limits.batchOperationsMax *
    limits.usageEntriesPerRequestMax *
    (planHeadLength +
      26 * limits.bucketsPerAccountMax +
      10 * limits.countersPerAccountMax +
      8 *
        (7 +
          4 * limits.priceStepsMax +
          2 +
          3 * (limits.ownValidityBucketsMax + limits.rulesPerAccountMax) +
          limits.watchNumbersPerAccountMax)) +
  limits.batchOperationsMax *
    // A bucket that is over has two dues.
    (4 + 8 * (2 * 8 * limits.bucketsPerAccountMax + 7 * limits.rulesPerAccountMax)) +
  limits.batchOperationsMax *
    (4 +
      8 *
        (1 +
          limits.bucketsPerAccountMax +
          limits.counterSlotsMax +
          limits.watchNumbersPerAccountMax));
