// The auditor of a world: naive models that are told what Redis carries out, when it does, and so
// predict every answer that may ever come of it. What comes otherwise is a disagreement.

import { isDeepStrictEqual } from "node:util";
import { readServerMessage } from "../../protocol/messages.ts";
import { operations } from "../../protocol/operations.ts";
import { decodeFrame } from "../../protocol/wire.ts";
import type { AnyRequest } from "../direct-engine.ts";
import { createModel, type Model } from "../model.ts";
import type { ModelAnswer, ModelTariff } from "../model-account.ts";
import type { ModelTransit } from "../model-kept.ts";
import type { ModelTarget } from "../model-transfers.ts";
import type { AskedName } from "./asked.ts";

/** A session that is to be looked at. */
export type PutDown = { readonly accountId: string; readonly id: string };

export type Auditor = {
  /** By shard; they share what was published. */
  readonly models: readonly Model[];
  /** Everything that was ever asked, and is part of a batch. */
  readonly asked: Map<AskedName, AnyRequest>;
  /** By the key under which targets know them (store/transit.ts). */
  readonly transits: Map<string, ModelTransit>;
  /** What may be answered to a transfer, by its name: what it was refused for, what came of it. */
  readonly transferAnswers: Map<AskedName, ModelAnswer[]>;
  /** By the name of a transfer: its target when an engine was first asked. */
  readonly targets: Map<
    AskedName,
    { readonly target: ModelTarget; readonly version: number | undefined }
  >;
  /** Each profile is told from others by its first product. */
  readonly profiles: Map<string, AnyRequest & { operation: "putAccount" }>;
  readonly profileAnswers: Map<string, ModelAnswer[]>;
  readonly tariffs: Map<string, ModelTariff>;
  readonly tariffAnswers: Map<string, ModelAnswer[]>;
  /** By shard, what is to be looked at in which interval of deadlines, the first ones first. */
  readonly putDown: readonly Map<number, PutDown[]>[];
  /** By shard, up to which interval of deadlines sessions were looked at. */
  readonly sweptUpTo: (number | undefined)[];
  /** Of each answer of the models, what first came for it. */
  readonly octetsOf: WeakMap<ModelAnswer, Buffer>;
  readonly disagreements: string[];
  readonly counts: Map<string, number>;
};

export const createAuditor = (shards: number): Auditor => {
  const { published } = createModel();
  return {
    models: Array.from({ length: shards }, () => ({ ...createModel(), published })),
    asked: new Map(),
    transits: new Map(),
    transferAnswers: new Map(),
    targets: new Map(),
    profiles: new Map(),
    profileAnswers: new Map(),
    tariffs: new Map(),
    tariffAnswers: new Map(),
    putDown: Array.from({ length: shards }, () => new Map()),
    sweptUpTo: Array.from({ length: shards }, () => undefined),
    octetsOf: new WeakMap(),
    disagreements: [],
    counts: new Map(),
  };
};

export const count = ({ counts }: Pick<Auditor, "counts">, what: string, by = 1): void => {
  counts.set(what, (counts.get(what) ?? 0) + by);
};

export const addTo = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};

export const disagree = (
  { disagreements }: Pick<Auditor, "disagreements">,
  what: string,
  expected: unknown,
  came: unknown,
): void => {
  disagreements.push(`${what}\n  expected  ${shown(expected)}\n  came      ${shown(came)}`);
};

export const shown = (value: unknown): string =>
  JSON.stringify(value, (_, one) => {
    if (typeof one === "bigint") return Number(one);
    return one instanceof Map ? Object.fromEntries(one) : one;
  }) ?? String(value);

export const readAnswer = (octets: Buffer): ModelAnswer => {
  const frame = decodeFrame(octets);
  const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
  if (message.kind === "refusal") return { code: message.refusal.code, fields: undefined };
  if (message.kind === "answer") return { code: "SUCCESS", fields: message.answer };
  return { code: `no answer: ${message.kind}`, fields: undefined };
};

export const isSame = (one: ModelAnswer, other: ModelAnswer): boolean =>
  one.code === other.code && isDeepStrictEqual(one.fields, other.fields);

/** The same answer is the same to the octet, whoever gives it, whenever. */
export const compareOctets = (
  auditor: Auditor,
  asked: AnyRequest,
  expected: ModelAnswer,
  octets: Buffer,
): void => {
  if (expected.code !== "SUCCESS" || operations[asked.operation].key === 0) return;
  const first = auditor.octetsOf.get(expected);
  if (first === undefined) auditor.octetsOf.set(expected, octets);
  else if (!octets.equals(first)) {
    const said = `a repeat of ${shown(asked)} is not the same to the octet`;
    disagree(auditor, said, first.toString("hex"), octets.toString("hex"));
  }
};
