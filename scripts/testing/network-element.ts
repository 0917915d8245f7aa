// A network element that does what it is told of its sessions: asks anew, ends them, and keeps what
// it heard.

import type { Client } from "../../engine/protocol/client/client.ts";
import type { NoticeKind, PushOf } from "../../engine/protocol/operations.ts";
import type { ResultCode } from "../../engine/protocol/result-codes.ts";

export type Heard = { readonly kind: NoticeKind } & PushOf<"abort"> &
  Partial<Pick<PushOf<"reauthorize">, "ratingGroups">>;

/** `comply` is what it does then; left out: nothing but to say that it will. */
export const listenToNotices = (
  client: Client,
  comply: (heard: Heard) => ResultCode | Promise<ResultCode> = () => "SUCCESS",
): Heard[] => {
  const heard: Heard[] = [];
  const hear = (one: Heard) => {
    heard.push(one);
    return comply(one);
  };
  client.onReauthorize((notice) => hear({ kind: "reauthorize", ...notice }));
  client.onAbort((notice) => hear({ kind: "abort", ...notice }));
  return heard;
};

/** Without the ids of the notices, in the order of the sessions. */
export const toldOf = (heard: readonly Heard[]) =>
  heard
    .map(({ noticeId: _, ...told }) => told)
    .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
