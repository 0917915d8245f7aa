// Walks the whole chain from its beginning and finds the first place where it does not hold. Pages
// are bounded by rows and by octets: memory is the same however long the chain is.

import type { Database } from "../db/connection.ts";
import { limits } from "../limits.ts";
import {
  type ChainProblem,
  type CheckedSeal,
  holds,
  problemOf,
  type Surroundings,
} from "./chain-problem.ts";
import { digestOf } from "./entry-digest.ts";
import { emptyHead, type Head, readHead } from "./seal-entries.ts";

export type Verification = {
  readonly database: Pick<Database, "statements" | "transact">;
  /** A head that was noted earlier: the chain must have led there. */
  readonly expected: Head | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (verified: number, total: number) => void;
};

export type Verified = {
  /** Places that hold, from the beginning on. */
  readonly verified: number;
  /** Where the chain ended when this began; all up to there was looked at, unless it broke off. */
  readonly head: Head;
  /** The first. */
  readonly problem: ChainProblem | undefined;
  readonly isInterrupted: boolean;
};

type Walk = {
  readonly previous: Head;
  readonly before: Buffer | undefined;
  readonly entryId?: number;
};

/** Seal first (sealEntries): what is not sealed is not looked at. */
export const verifySeals = async (verification: Verification): Promise<Verified> => {
  const { database, expected, signal, onProgress } = verification;
  const head = await readHead(database);
  let walk: Walk = { previous: emptyHead, before: undefined };
  const answer = (problem: ChainProblem | undefined): Verified => {
    const verified = walk.previous.position;
    return { verified, head, problem, isInterrupted: signal.aborted };
  };
  while (walk.previous.position < head.position && !signal.aborted) {
    const seals = await readPage(database, walk.previous.position, head.position);
    if (seals.length === 0) return answer(goneBehind(walk.previous, head.position));
    for (const [index, seal] of seals.entries()) {
      if (!holds(seal, walk.previous)) {
        const next =
          seals[index + 1] ?? (await readPage(database, seal.position, head.position))[0];
        return answer(problemOf(seal, surroundingsOf(walk, next)));
      }
      if (seal.position === expected?.position && !seal.hash.equals(expected.hash)) {
        return answer(notExpected(seal));
      }
      walk = { previous: seal, before: walk.previous.hash, entryId: seal.entryId };
    }
    onProgress(walk.previous.position, head.position);
  }
  if (signal.aborted) return answer(undefined);
  if (expected !== undefined && expected.position > head.position) {
    return answer(goneBehind(head, expected.position));
  }
  return answer(await findUnsealed(database, head));
};

const surroundingsOf = ({ previous, before, entryId }: Walk, next: CheckedSeal | undefined) => {
  const around: Surroundings = {
    ...{ previous, next, previousEntryId: entryId },
    // The chain's beginning stands before the first, and nothing before that.
    beforePrevious: previous.position === 0 ? undefined : before,
  };
  return around;
};

const goneBehind = ({ position }: Head, end: number): ChainProblem => ({
  ...{ kind: "missing", position: position + 1, entryId: undefined },
  detail: `the chain ends here, and was known up to position ${end}`,
});

const notExpected = ({ position, entryId }: CheckedSeal): ChainProblem => ({
  ...{ kind: "changed", position, entryId },
  detail: "the chain holds, but is another one than led to the head that was noted",
});

/** One that claims a transaction of long ago: the sealer has no reason to look there. */
const findUnsealed = async (
  { transact }: Pick<Database, "transact">,
  { position }: Head,
): Promise<ChainProblem | undefined> => {
  const { rows } = await transact(
    (client) => client.query(unsealed, [position]),
    limits.auditVerifyMsMax,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const detail = "it has no seal, though all of its time are sealed";
  return { kind: "inserted", position: position + 1, entryId: Number(row.id), detail };
};

const unsealed = `
  SELECT id FROM audit_entries entry
  WHERE transaction < (SELECT horizon FROM audit_seals WHERE position = $1)
    AND NOT EXISTS (SELECT FROM audit_seals WHERE entry_id = entry.id)
  ORDER BY id LIMIT 1`;

/** At least one, if there is any. */
const readPage = async (
  { statements }: Pick<Database, "statements">,
  after: number,
  until: number,
): Promise<readonly CheckedSeal[]> => {
  const { rows } = await statements.query({
    ...{ name: "audit_verify", text: page },
    values: [after, until, limits.auditVerifyPageMax, limits.auditVerifyOctetsMax],
  });
  return rows.map(checkedSeal);
};

const page = `
  SELECT * FROM (
    SELECT seal.position, seal.entry_id, seal.digest, seal.hash, entry.id, at, request_id,
      actor_kind, actor_id, actor_name, reason, entity, entity_id, action,
      before::text, after::text,
      sum(coalesce(octet_length(before::text), 0) + coalesce(octet_length(after::text), 0))
        OVER (ORDER BY seal.position) AS octets,
      row_number() OVER (ORDER BY seal.position) AS row
    FROM (
      SELECT * FROM audit_seals WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3
    ) seal LEFT JOIN audit_entries entry ON entry.id = seal.entry_id
  ) sized WHERE row = 1 OR octets <= $4 ORDER BY position`;

type Row = Readonly<Record<string, string | null>> & {
  readonly digest: Buffer;
  readonly hash: Buffer;
};

const checkedSeal = (row: Row): CheckedSeal => ({
  ...{ position: Number(row["position"]), entryId: Number(row["entry_id"]) },
  ...{ digest: row.digest, hash: row.hash },
  found: row["id"] === null ? undefined : digestOfRow(row),
});

const digestOfRow = (row: Row): Buffer =>
  digestOf({
    at: Number(row["at"]),
    requestId: row["request_id"] ?? "",
    actorKind: row["actor_kind"] ?? "",
    actorId: row["actor_id"] ?? "",
    actorName: row["actor_name"] ?? "",
    reason: row["reason"] ?? null,
    entity: row["entity"] ?? "",
    entityId: row["entity_id"] ?? "",
    action: row["action"] ?? "",
    before: row["before"] ?? null,
    after: row["after"] ?? null,
  });
