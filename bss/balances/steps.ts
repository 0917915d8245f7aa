// What the engine is still to be asked, row by row: written with the action that it is for, taken
// by whoever comes to ask, gone with the answer.

import type { Actor, Context } from "../context.ts";
import { limits } from "../limits.ts";
import type { ActionKind } from "./action-kinds.ts";
import type { Movement } from "./movement.ts";

export type Step = {
  readonly requestId: string;
  readonly kind: ActionKind;
  readonly actionId: string;
  readonly purpose: "execute" | "release";
  readonly movement: Movement;
  readonly requestedAt: number;
  readonly nextAt: number | null;
  readonly attempts: number;
  readonly askedBy: string;
};

type StepRow = {
  readonly request_id: string;
  readonly kind: ActionKind;
  readonly action_id: string;
  readonly purpose: Step["purpose"];
  readonly movement: Movement;
  readonly requested_at: string;
  readonly next_at: string | null;
  readonly attempts: number;
  readonly asked_by: string;
};

const stepOf = (row: StepRow): Step => ({
  requestId: row.request_id,
  kind: row.kind,
  actionId: row.action_id,
  purpose: row.purpose,
  movement: row.movement,
  requestedAt: Number(row.requested_at),
  nextAt: row.next_at === null ? null : Number(row.next_at),
  attempts: row.attempts,
  askedBy: row.asked_by,
});

export const nameOfActor = ({ kind, id }: Actor): string => `${kind}:${id}`;

type NewStep = Pick<Step, "kind" | "actionId" | "purpose" | "movement"> & {
  /** Nobody asks the engine before another one approves. */
  readonly needsApproval?: boolean;
};

/** The worker comes to it only when whoever wrote it should have asked long ago. */
export const insertStep = async (
  { statements, now, actor }: Context,
  { kind, actionId, purpose, movement, needsApproval = false }: NewStep,
): Promise<void> => {
  const requestId = purpose === "execute" ? actionId : `${actionId}:${purpose}`;
  const nextAt = needsApproval ? null : now + limits.balanceRetryMsMin;
  await statements.query({
    name: "insert_balance_step",
    text: `INSERT INTO balance_steps (request_id, kind, action_id, purpose, movement,
        requested_at, next_at, attempts, asked_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)`,
    values: [
      ...[requestId, kind, actionId, purpose, JSON.stringify(movement), now, nextAt],
      nameOfActor(actor),
    ],
  });
};

/** Undefined: it is answered, or there never was one. An action has one at a time. */
export const findStep = async (
  { statements }: Context,
  actionId: string,
  lock: "" | "FOR UPDATE" = "",
): Promise<Step | undefined> => {
  const { rows } = await statements.query<StepRow>({
    name: `find_balance_step_${lock}`,
    text: `SELECT * FROM balance_steps WHERE action_id = $1 ${lock}`,
    values: [actionId],
  });
  return rows[0] && stepOf(rows[0]);
};

/** Whether it was there: whoever took it away is the one who writes how it ended. */
export const deleteStep = async ({ statements }: Context, requestId: string): Promise<boolean> => {
  const { rowCount } = await statements.query({
    name: "delete_balance_step",
    text: `DELETE FROM balance_steps WHERE request_id = $1`,
    values: [requestId],
  });
  return rowCount === 1;
};

/** From now on it may be asked; the engine is told this moment from then on. */
export const approveStep = async (
  { statements, now }: Context,
  requestId: string,
): Promise<void> => {
  await statements.query(
    `UPDATE balance_steps SET next_at = $2, requested_at = $3 WHERE request_id = $1`,
    [requestId, now + limits.balanceRetryMsMin, now],
  );
};

/**
 * What is left over, for one worker: another one comes to it only when this one should have ended.
 * Each time that takes twice as long.
 */
export const takeSteps = async ({ statements, now }: Context): Promise<readonly Step[]> => {
  const { rows } = await statements.query<StepRow>({
    name: "take_balance_steps",
    text: `UPDATE balance_steps SET attempts = attempts + 1,
        next_at = $1 + LEAST($3::bigint, $2::bigint << LEAST(attempts, 20))
      WHERE request_id IN (SELECT request_id FROM balance_steps WHERE next_at <= $1
        ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED)
      RETURNING *`,
    values: [
      ...[now, limits.balanceRetryMsMin, limits.balanceRetryMsMax],
      limits.balanceLeftoversMax,
    ],
  });
  return rows.map(stepOf);
};
