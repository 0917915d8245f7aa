// The sweep, as the models carry it out. Sessions are put down in lists by the interval in which
// they are to be looked at, and a sweep looks at so many at a time, the first ones first: that
// order is kept here. Whether a session has to end at all is the model's to say.

import { limits } from "../../limits.ts";
import type { AskedOperation } from "../../store/journal-asked.ts";
import { luaConstants } from "../../store/lua-constants.ts";
import { expire, lookAt } from "../model.ts";
import { type Auditor, addTo, count, disagree, type PutDown } from "./auditor.ts";
import { type Asked, shardOfCommand } from "./wire.ts";

type Command = Extract<Asked, { kind: "run" }>;

const intervalOf = (moment: number) => Math.floor(moment / limits.deadlineIntervalMs);

/** Of a session that has begun. */
export const putDown = (auditor: Auditor, shard: number, operation: AskedOperation): void => {
  const { accountId, deadline, id } = operation;
  addTo(auditor.putDown[shard]!, intervalOf(deadline), { accountId, id });
};

/** So many intervals at a time, from where the last sweep had come to, and some of those before. */
export const auditExpiry = (
  auditor: Auditor,
  command: Command,
  [closed, more]: [number, number],
): void => {
  const shard = shardOfCommand(command);
  const [now, , sessionsMax, intervalsMax] = command.args.map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const current = intervalOf(now);
  const longest = luaConstants["DEADLINE_INTERVALS_MAX"]!;
  const first = Math.min(auditor.sweptUpTo[shard] ?? current - longest, current);
  const last = Math.min(current, first + intervalsMax);
  const looked = look(auditor, { shard, now, from: first, last, most: sessionsMax });
  auditor.sweptUpTo[shard] = Math.max(first, looked.interval);
  count(auditor, "sessions expired", looked.ended);
  const isMore = looked.interval < current ? 1 : 0;
  if (looked.ended !== closed || isMore !== more) {
    const said = `sessions of shard ${shard} that are over at ${now}`;
    disagree(auditor, said, [looked.ended, isMore], [closed, more]);
  }
  const missed = isMore === 1 ? 0 : expire(auditor.models[shard]!, now, last);
  if (missed > 0) disagree(auditor, `sessions that nobody ends, at ${now}`, 0, missed);
};

type Look = {
  readonly shard: number;
  readonly now: number;
  readonly from: number;
  readonly last: number;
  readonly most: number;
};

const look = (auditor: Auditor, { shard, now, from, last, most }: Look) => {
  const model = auditor.models[shard]!;
  const lists = auditor.putDown[shard]!;
  const later: [number, PutDown][] = [];
  let interval = from - limits.deadlineIntervalsAgain;
  let ended = 0;
  for (let left = most; left > 0 && interval < last; ) {
    const some = lists.get(interval)?.splice(0, left) ?? [];
    for (const one of some) {
      const session = model.accounts.get(one.accountId)?.sessions.get(one.id);
      if (session === undefined) continue;
      if (lookAt(model, { ...one, now })) ended++;
      else later.push([intervalOf(session.deadline), one]);
    }
    left -= some.length;
    if (left > 0) interval++;
  }
  for (const [then, one] of later) addTo(lists, then, one);
  return { ended, interval };
};
