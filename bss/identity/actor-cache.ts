// Who showed which credential, for two seconds: a console asks thirty things at once, a load tester
// thousands a second, each with the same token. By the SHA-256 of the credential, so that no secret
// lies about; bounded, the oldest go first. What is revoked here is forgotten here at once, and
// kept out until the transaction that revokes it has had its time; other processes know within two
// seconds.

import type { Actor } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import { limits } from "../limits.ts";

export type KnownActor = {
  readonly actor: Actor;
  /** What revokes it: the ids of the session or key, its user, its issuer, its peer. */
  readonly subjects: readonly string[];
};

export type ActorCache = {
  /** `load` runs when it is not known, once for all who ask meanwhile. Refusals are not kept. */
  get(digest: string, load: () => Promise<Answered<KnownActor>>): Promise<Answered<KnownActor>>;
  /** All that a session, key, user, issuer or peer let in. */
  forget(subject: string): void;
  size(): number;
};

type Entry = { readonly answer: Promise<Answered<KnownActor>>; readonly until: number };

/** `ticks`: ms of a clock that only goes on; the movable one may stand still for ever. */
export const createActorCache = (ticks: () => number): ActorCache => {
  const entries = new Map<string, Entry & { known?: KnownActor }>();
  /** Until when nothing of a subject is kept. */
  const forgotten = new Map<string, number>();
  const isForgotten = (known: KnownActor) =>
    known.subjects.some((subject) => ticks() < (forgotten.get(subject) ?? 0));

  const keep = (digest: string, load: () => Promise<Answered<KnownActor>>) => {
    const entry: Entry & { known?: KnownActor } = {
      answer: load(),
      until: ticks() + limits.actorCachedMsMax,
    };
    const drop = () => {
      if (entries.get(digest) === entry) entries.delete(digest);
    };
    entries.set(digest, entry);
    if (entries.size > limits.actorsCachedMax) entries.delete(entries.keys().next().value!);
    entry.answer.then((answered) => {
      if (!answered.isOk || isForgotten(answered.value)) drop();
      else entry.known = answered.value;
    }, drop);
    return entry.answer;
  };
  return {
    get: (digest, load) => {
      const entry = entries.get(digest);
      if (entry !== undefined && ticks() < entry.until) return entry.answer;
      // Anew at the end: what is asked for now is the last to go.
      entries.delete(digest);
      return keep(digest, load);
    },
    forget: (subject) => {
      const now = ticks();
      for (const [other, until] of forgotten) if (until <= now) forgotten.delete(other);
      forgotten.set(subject, now + limits.actorCachedMsMax);
      for (const [digest, { known }] of entries) {
        // What is still being loaded may have been read before: it is dropped when it comes.
        if (known?.subjects.includes(subject)) entries.delete(digest);
      }
    },
    size: () => entries.size,
  };
};
