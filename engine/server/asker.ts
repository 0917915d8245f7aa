// Who asks, and how the answer goes back. A connection is one; gateways of other protocols will be.

import type { ReadRequest, RefusedRequest } from "../protocol/messages.ts";
import type { GivenAnswerOf, OperationName } from "../protocol/operations.ts";
import type { Refusal } from "../protocol/result-codes.ts";
import type { AnswerTo } from "../store/task.ts";

export type Request = Exclude<ReadRequest, RefusedRequest>;

/** What is not one task of a shard: it takes several steps, or none. */
const administrationNames = [
  "putAccount",
  "publishTariff",
  "putRateDeckPart",
  "publishRateDeck",
  "acknowledgeNotice",
  "requestNotice",
  "transfer",
  "settleTransfer",
  "explain",
] as const satisfies readonly OperationName[];
export type AdministrationName = (typeof administrationNames)[number];
export type Administration = Request & { readonly operation: AdministrationName };

export const isAdministration = (request: Request): request is Administration =>
  (administrationNames as readonly string[]).includes(request.operation);

/**
 * Tasks come back as bytes, administration as an answer; whatever made no task is refused as it is.
 */
export type Asker = AnswerTo & {
  answer<N extends AdministrationName>(request: Request, answer: GivenAnswerOf<N>): void;
  refuseRequest(request: Request, refusal: Refusal): void;
};
