// What the naive model keeps: accounts, publications, and answers for as long as the engine does.

import { limits } from "../limits.ts";
import type { ModelAccount, ModelAnswer, ModelSession } from "./model-account.ts";
import type { ModelTaken } from "./model-event.ts";
import type { Published } from "./model-price.ts";

export type Kept<T> = { current: Map<string, T>; previous: Map<string, T>; turnedAt: number };
export type KeptAnswer = { readonly body: string; readonly answer: ModelAnswer };
type KeptEvent = KeptAnswer & { readonly taken: readonly ModelTaken[] };

export type Model = {
  readonly accounts: Map<string, ModelAccount>;
  readonly published: Published[];
  readonly ended: Kept<ModelSession>;
  readonly events: Kept<KeptEvent>;
  readonly refunds: Kept<KeptAnswer>;
  readonly topUps: Kept<KeptAnswer>;
};

export const kept = <T>(): Kept<T> => ({ current: new Map(), previous: new Map(), turnedAt: 0 });
export const recall = <T>(answers: Kept<T>, key: string): T | undefined =>
  answers.current.get(key) ?? answers.previous.get(key);

export const accountOf = (model: Model, identifier: string): ModelAccount | undefined => {
  const prefix = "account-";
  if (identifier.startsWith(prefix)) return model.accounts.get(identifier.slice(prefix.length));
  return [...model.accounts.values()].find(({ profile }) =>
    profile.subscriberIdentifiers.includes(identifier),
  );
};

export const isOutOfTime = (at: number, now: number): boolean =>
  at > now + limits.eventAheadMsMax || at < now - limits.eventAgeMsMax;

export const hasRepeats = (usage: readonly { readonly ratingGroup: number }[]): boolean =>
  new Set(usage.map(({ ratingGroup }) => ratingGroup)).size < usage.length;
