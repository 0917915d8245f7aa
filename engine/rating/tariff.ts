// Which tariff document holds when: documents are published one after the other, and each says from
// which moment on it is in effect.

/** What becomes of sessions that are open when a publication takes effect. */
export type OpenSessions = "keep" | "switch";

/** As much of a tariff as that takes; what usage costs by it is in compiled-tariff.ts. */
export type Tariff = {
  readonly tariffId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** From this moment on, ms since 1970; half-open until a later document takes over. */
  readonly effectiveFrom: number;
  readonly openSessions: OpenSessions;
};

/** A published document: versions count all publications of the installation, from 1. */
export type TariffVersion<T extends Tariff = Tariff> = {
  readonly version: number;
  readonly tariff: T;
};

/**
 * Whether it counts for someone who knows publications up to `version`. One that open sessions
 * switch to counts for all of them, whatever they began with; `switchesUpTo` is the last one that
 * was published when it was asked.
 */
const isKnown = (
  { version: published, tariff }: TariffVersion,
  version: number,
  switchesUpTo: number,
): boolean =>
  published <= version || (tariff.openSessions === "switch" && published <= switchesUpTo);

/**
 * The tariff that holds at `at` for someone who knows publications up to `version`: of those in
 * effect, the latest to take effect; of equals, the latest published.
 */
export const tariffAt = <V extends TariffVersion>(
  versions: readonly V[],
  version: number,
  at: number,
  switchesUpTo = Number.POSITIVE_INFINITY,
): V | undefined => {
  let best: V | undefined;
  for (const candidate of versions) {
    if (!isKnown(candidate, version, switchesUpTo) || candidate.tariff.effectiveFrom > at) continue;
    const isLater =
      best === undefined ||
      candidate.tariff.effectiveFrom > best.tariff.effectiveFrom ||
      (candidate.tariff.effectiveFrom === best.tariff.effectiveFrom &&
        candidate.version > best.version);
    if (isLater) best = candidate;
  }
  return best;
};

/** The last moment up to `at` when `tariffAt` may have changed its answer; 0 if it never did. */
export const lastTariffChange = (
  versions: readonly TariffVersion[],
  version: number,
  at: number,
  switchesUpTo = Number.POSITIVE_INFINITY,
): number => {
  let last = 0;
  for (const one of versions) {
    const { effectiveFrom } = one.tariff;
    if (isKnown(one, version, switchesUpTo) && effectiveFrom <= at && effectiveFrom > last)
      last = effectiveFrom;
  }
  return last;
};

/** The first moment after `at` when `tariffAt` changes its answer; Infinity if it never does. */
export const nextTariffChange = (
  versions: readonly TariffVersion[],
  version: number,
  at: number,
  switchesUpTo = Number.POSITIVE_INFINITY,
): number => {
  let next = Number.POSITIVE_INFINITY;
  for (const one of versions) {
    const { effectiveFrom } = one.tariff;
    if (isKnown(one, version, switchesUpTo) && effectiveFrom > at && effectiveFrom < next)
      next = effectiveFrom;
  }
  return next;
};
