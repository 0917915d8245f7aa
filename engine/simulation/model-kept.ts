// What the naive model keeps: accounts, publications, and answers for as long as the engine does.

import type { CheckedRequestOf } from "../protocol/operations.ts";
import type { ModelAccount, ModelAnswer, ModelSession } from "./model-account.ts";
import type { ModelTaken } from "./model-event.ts";
import type { Published } from "./model-price.ts";

/** All that was kept since `since` is still there. */
export type Kept<T> = {
  current: Map<string, T>;
  previous: Map<string, T>;
  turnedAt: number;
  since: number;
};
export type KeptAnswer = { readonly body: string; readonly answer: ModelAnswer };
type KeptEvent = KeptAnswer & { readonly taken: readonly ModelTaken[] };

/** What was debited at its source and has neither arrived nor come back. */
export type ModelTransit = {
  readonly request: CheckedRequestOf<"transfer">;
  readonly begunAt: number;
  /** Unit of it, and of money the currency. */
  readonly measure: string;
  readonly begun: ModelAnswer;
};

export type Model = {
  readonly accounts: Map<string, ModelAccount>;
  readonly published: Published[];
  readonly ended: Kept<ModelSession>;
  readonly events: Kept<KeptEvent>;
  readonly refunds: Kept<KeptAnswer>;
  readonly topUps: Kept<KeptAnswer>;
  /** By account and request id. */
  readonly transits: Map<string, ModelTransit>;
};

export const kept = <T>(): Kept<T> => {
  return { current: new Map(), previous: new Map(), turnedAt: 0, since: 0 };
};
export const recall = <T>(answers: Kept<T>, key: string): T | undefined =>
  answers.current.get(key) ?? answers.previous.get(key);

export const accountOf = (model: Model, identifier: string): ModelAccount | undefined => {
  const prefix = "account-";
  if (identifier.startsWith(prefix)) return model.accounts.get(identifier.slice(prefix.length));
  return [...model.accounts.values()].find(({ profile }) =>
    profile.subscriberIdentifiers.includes(identifier),
  );
};
