// Who asks, and how the answer goes back. A connection is one; gateways of other protocols will be.

import type { ReadRequest, RefusedRequest } from "../protocol/messages.ts";
import type { GivenAnswerOf } from "../protocol/operations.ts";
import type { Refusal } from "../protocol/result-codes.ts";
import type { AnswerTo } from "../store/task.ts";

export type Request = Exclude<ReadRequest, RefusedRequest>;

/** Changes what is charged and by which price, but charges nothing itself. */
export type Administration = Request & { readonly operation: "putAccount" | "publishTariff" };

/**
 * Tasks come back as bytes, administration as an answer; whatever made no task is refused as it is.
 */
export type Asker = AnswerTo & {
  answer<N extends Administration["operation"]>(request: Request, answer: GivenAnswerOf<N>): void;
  refuseRequest(request: Request, refusal: Refusal): void;
};
