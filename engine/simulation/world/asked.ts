// How a request is found again in the batch that carries it: by verb, account, key, sequence and
// the fingerprint of its body.

import { verbs } from "../../cdr/journal-numbers.ts";
import { fingerprint } from "../../protocol/fingerprint.ts";
import { operations } from "../../protocol/operations.ts";
import type { AskedOperation } from "../../store/journal-asked.ts";
import { shardOf } from "../../store/keys.ts";
import { type AnyRequest, checked } from "../direct-engine.ts";

export type AskedName = string;

type Named = Pick<AskedOperation, "verb" | "accountId" | "id" | "sequence" | "fingerprint">;

export const nameOf = ({ verb, accountId, id, sequence, fingerprint: print }: Named): AskedName =>
  `${verb} ${accountId} ${id} ${sequence} ${print}`;

/** Undefined: it is no part of a batch. */
export const nameOfRequest = (asked: AnyRequest): AskedName | undefined => {
  const read = checked(asked);
  const { operation, request, wire } = read;
  const print = fingerprint(wire, operations[operation].key);
  const verb = operation === "transfer" ? verbs.transferOut : verbOf(operation);
  if (verb === undefined) return undefined;
  const {
    sessionId,
    requestId,
    sequence = 0,
  } = request as Partial<{
    sessionId: string;
    requestId: string;
    sequence: number;
  }>;
  const id = sessionId ?? requestId ?? "";
  return nameOf({ verb, accountId: accountIdOf(asked), id, sequence, fingerprint: print });
};

const verbOf = (operation: string): number | undefined =>
  operation === "putAccount" ? undefined : (verbs as Readonly<Record<string, number>>)[operation];

/** Subscriber identifiers of a world are `msisdn-` or `imsi-` and the account's id. */
export const accountIdOf = ({ request }: AnyRequest): string => {
  const { accountId, fromAccountId, subscriberIdentifier } = request as Partial<{
    accountId: string;
    fromAccountId: string;
    subscriberIdentifier: string;
  }>;
  return accountId ?? fromAccountId ?? (subscriberIdentifier ?? "").replace(/^(msisdn|imsi)-/, "");
};

export const shardOfRequest = (asked: AnyRequest, shards: number): number =>
  shardOf(accountIdOf(asked), shards);
