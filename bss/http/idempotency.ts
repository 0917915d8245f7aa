// Idempotency-Key: a write that is sent again gets the stored answer of the first, and happens
// once. The key is claimed in the write's own transaction, so a crash leaves neither; whoever comes
// with the same key meanwhile waits for that transaction. A refusal is not remembered: it left
// nothing behind, and is found again. (draft-ietf-httpapi-idempotency-key-header)

import { createHash } from "node:crypto";
import { ok } from "../../engine/values/result.ts";
import type { Statement, Statements } from "../db/connection.ts";
import { isLockTimeout } from "../db/silent-transactions.ts";
import { limits } from "../limits.ts";
import { type Answered, refuse } from "./problem.ts";

export type StoredAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or octets, which are never kept. */
  readonly body: string | Uint8Array | undefined;
};

/** Answers may hold what identifies a person: in the table they are sealed. */
export type AnswerSeal = {
  seal(plain: string): string;
  /** Undefined: its key is gone. The answer is given without its body then. */
  open(sealed: string): string | undefined;
};

export type Claim = {
  readonly actorId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly now: number;
};

export const fingerprintOf = (method: string, url: string, body: Uint8Array | undefined): string =>
  createHash("sha256")
    .update(`${method} ${url}\n`)
    .update(body ?? "")
    .digest("hex");

/** Printable ASCII, as the draft has it; quotes around it belong to it. */
export const checkKey = (key: string): Answered<string> =>
  /^[\x21-\x7e]+$/.test(key) && key.length <= limits.idempotencyKeyLengthMax
    ? ok(key)
    : refuse(
        "INVALID_REQUEST",
        `Idempotency-Key: expected 1 to ${limits.idempotencyKeyLengthMax} printable signs`,
        { errors: [{ pointer: "Idempotency-Key", detail: "not a key" }] },
      );

/** The answer that is stored already, or undefined: the write is this transaction's. */
export const claimKey = async (
  statements: Statements,
  { actorId, key, fingerprint, now }: Claim,
  seal?: AnswerSeal,
): Promise<Answered<StoredAnswer | undefined>> => {
  const asked = statements.query({
    name: "claim_key",
    text: `INSERT INTO http_requests AS old (actor_id, idempotency_key, fingerprint, at)
      VALUES ($1, $2, $3, $4) ON CONFLICT (actor_id, idempotency_key) DO UPDATE
        SET fingerprint = excluded.fingerprint, at = excluded.at, status = NULL, headers = NULL,
          body = NULL
        WHERE old.at < $5`,
    values: [actorId, key, fingerprint, now, now - limits.idempotencyMs],
  });
  const claimed = await asked.catch((error: unknown) => {
    if (!isLockTimeout(error)) throw error;
  });
  if (claimed === undefined) {
    return refuse("IDEMPOTENCY_IN_PROGRESS", "the request with this Idempotency-Key is under way", {
      headers: { "retry-after": "1" },
    });
  }
  if (claimed.rowCount === 1) return ok(undefined);
  const { rows } = await statements.query(
    `SELECT fingerprint, status, headers, body FROM http_requests
      WHERE actor_id = $1 AND idempotency_key = $2`,
    [actorId, key],
  );
  const [row] = rows;
  if (row?.fingerprint !== fingerprint) {
    return refuse("IDEMPOTENCY_CONFLICT", "Idempotency-Key: it was sent with another request");
  }
  const kept: string | null = row.body;
  const body = kept === null ? undefined : seal === undefined ? kept : seal.open(kept);
  return ok({ status: row.status, headers: JSON.parse(row.headers), body });
};

export const answerStatement = (
  { actorId, key }: Claim,
  { status, headers, body }: StoredAnswer,
  seal?: AnswerSeal,
): Statement => {
  const isKept =
    typeof body === "string" && Buffer.byteLength(body) <= limits.idempotencyAnswerBytesMax;
  const kept = isKept ? (seal?.seal(body) ?? body) : null;
  return {
    name: "store_answer",
    text: `UPDATE http_requests SET status = $3, headers = $4, body = $5
      WHERE actor_id = $1 AND idempotency_key = $2`,
    values: [actorId, key, status, JSON.stringify(headers), kept],
  };
};

/** The oldest of those that are over, up to `limits.idempotencyForgottenMax`; how many it were. */
export const forgetAnswers = async (statements: Statements, now: number): Promise<number> => {
  const { rowCount } = await statements.query(
    `DELETE FROM http_requests WHERE ctid IN (
      SELECT ctid FROM http_requests WHERE at < $1 ORDER BY at LIMIT $2
      FOR UPDATE SKIP LOCKED)`,
    [now - limits.idempotencyMs, limits.idempotencyForgottenMax],
  );
  return rowCount ?? 0;
};
