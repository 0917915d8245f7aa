// What engines say of open sessions, handed to the network element and acknowledged. The same
// notice comes again until its acknowledgement has arrived: the handler is called once, its outcome
// told each time.

import { limits } from "../../limits.ts";
import type { ServerMessage } from "../messages.ts";
import type { NoticeKind, PushOf } from "../operations.ts";
import { type ResultCode, resultCodes } from "../result-codes.ts";

/**
 * Says what becomes of the notice: SUCCESS, or why nothing does. After TOO_BUSY it comes again,
 * after anything else never; what is thrown counts as UNABLE_TO_COMPLY.
 */
export type PushHandler<N extends NoticeKind> = (
  notice: PushOf<N>,
) => ResultCode | Promise<ResultCode>;

export type PushMessage = Extract<ServerMessage, { kind: NoticeKind }>;
export type Pushes = ReturnType<typeof createPushes>;

export const createPushes = (acknowledge: (noticeId: string, resultCode: number) => void) => {
  const handlers: { [N in NoticeKind]?: PushHandler<N> } = {};
  /** By notice id; first the oldest. */
  const outcomes = new Map<string, Promise<ResultCode>>();

  const handle = async ({ kind, notice }: PushMessage): Promise<ResultCode> => {
    try {
      return await (kind === "abort" ? handlers.abort!(notice) : handlers.reauthorize!(notice));
    } catch {
      return "UNABLE_TO_COMPLY";
    }
  };

  const outcomeOf = (message: PushMessage): Promise<ResultCode> | undefined => {
    const { noticeId } = message.notice;
    const known = outcomes.get(noticeId);
    // Nobody listens here: another connection of the network element may.
    if (known !== undefined || handlers[message.kind] === undefined) return known;
    const outcome = handle(message);
    outcomes.set(noticeId, outcome);
    if (outcomes.size > limits.clientNoticesMax) outcomes.delete(outcomes.keys().next().value!);
    return outcome;
  };

  return {
    handlers,
    receive: async (message: PushMessage): Promise<void> => {
      const { noticeId } = message.notice;
      const code = await outcomeOf(message);
      if (code === undefined) return;
      // It is to be done later: the next time it is new.
      if (code === "TOO_BUSY") outcomes.delete(noticeId);
      acknowledge(noticeId, resultCodes[code].number);
    },
  };
};
