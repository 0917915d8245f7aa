// Against guessing: who was wrong too often within a window is told nothing for a while, and each
// time for twice as long. Counted are the account that is to be credited, who asks for itself, and
// its address; of who asks for others, as a hotline does, many more before it is locked out.

import { ok } from "../../engine/values/result.ts";
import type { Actor, Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import type { Reach } from "../permissions.ts";

export type Guarded = { readonly subject: string; readonly wrongMax: number };

export const guardedOf = (
  actor: Actor,
  { accountId, address, reach }: { accountId: string; address: string; reach: Reach },
): readonly Guarded[] => {
  const account = { subject: `account:${accountId}`, wrongMax: limits.voucherWrongMax };
  const who = `actor:${actor.kind}:${actor.id}`;
  if (reach === "all") {
    return [account, { subject: who, wrongMax: limits.voucherWrongOfStaffMax }];
  }
  return [
    account,
    { subject: who, wrongMax: limits.voucherWrongMax },
    { subject: `customer:${actor.customerId}`, wrongMax: limits.voucherWrongMax },
    { subject: `address:${address}`, wrongMax: limits.voucherWrongOfAddressMax },
  ];
};

/** One at a time of an account: guesses beside each other count one after the other. */
export const checkGuards = async (
  { statements, now }: Context,
  guarded: readonly Guarded[],
): Promise<Answered<void>> => {
  const subjects = guarded.map(({ subject }) => subject);
  await statements.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [subjects[0]]);
  const { rows } = await statements.query<{ until: string | null }>(
    `SELECT max(locked_until) AS until FROM voucher_guards WHERE subject = ANY($1)`,
    [subjects],
  );
  const until = Number(rows[0]?.until ?? 0);
  if (until <= now) return ok(undefined);
  const seconds = Math.ceil((until - now) / 1_000);
  return refuse("TOO_MANY_REQUESTS", "too many wrong codes: later", {
    headers: { "retry-after": String(seconds) },
  });
};

/** In the order of their names, so that two never wait for each other. */
export const countWrong = async (
  { statements, now }: Context,
  guarded: readonly Guarded[],
): Promise<void> => {
  const sorted = guarded.toSorted((one, other) => (one.subject < other.subject ? -1 : 1));
  for (const { subject, wrongMax } of sorted) {
    await statements.query({
      name: "count_wrong_voucher",
      text: `INSERT INTO voucher_guards AS g (subject, window_from, wrong, locks, locked_until)
        VALUES ($1, $2, 1, 0, 0)
        ON CONFLICT (subject) DO UPDATE SET
          window_from = CASE WHEN g.window_from + $3 <= $2 THEN $2 ELSE g.window_from END,
          wrong = CASE WHEN g.window_from + $3 <= $2 OR g.wrong + 1 >= $4
            THEN CASE WHEN g.window_from + $3 <= $2 THEN 1 ELSE 0 END ELSE g.wrong + 1 END,
          locks = CASE WHEN g.window_from + $3 > $2 AND g.wrong + 1 >= $4
            THEN g.locks + 1 ELSE g.locks END,
          locked_until = CASE WHEN g.window_from + $3 > $2 AND g.wrong + 1 >= $4
            THEN $2 + LEAST($6::bigint, $5::bigint << LEAST(g.locks, 16)) ELSE g.locked_until END`,
      values: [
        ...[subject, now, limits.voucherWindowMs, wrongMax],
        ...[limits.voucherLockMsMin, limits.voucherLockMsMax],
      ],
    });
  }
};

/** Whoever was right is not locked out for what was wrong before; how often it was, is kept. */
export const forgetWrong = async (
  { statements }: Context,
  guarded: readonly Guarded[],
): Promise<void> => {
  const [account] = guarded;
  await statements.query(`UPDATE voucher_guards SET wrong = 0 WHERE subject = $1`, [
    account?.subject,
  ]);
};

/** What is so long over that it would not be locked for longer than at first. */
export const forgetGuards = async ({ statements, now }: Context): Promise<void> => {
  await statements.query(
    `DELETE FROM voucher_guards WHERE ctid IN (SELECT ctid FROM voucher_guards
      WHERE window_from < $1 AND locked_until < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [now - limits.voucherGuardsKeptMs, limits.voucherPageMax],
  );
};
