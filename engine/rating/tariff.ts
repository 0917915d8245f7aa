// Which tariff document holds when: documents are published one after the other, and each says from
// which moment on it is in effect.

/** As much of a tariff as that takes; what usage costs by it is in compiled-tariff.ts. */
export type Tariff = {
  readonly tariffId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** From this moment on, ms since 1970; half-open until a later document takes over. */
  readonly effectiveFrom: number;
};

/** A published document: versions count all publications of the installation, from 1. */
export type TariffVersion<T extends Tariff = Tariff> = {
  readonly version: number;
  readonly tariff: T;
};

/**
 * The tariff that holds at `at` for someone who knows publications up to `version`: of those in
 * effect, the latest to take effect; of equals, the latest published.
 */
export const tariffAt = <V extends TariffVersion>(
  versions: readonly V[],
  version: number,
  at: number,
): V | undefined => {
  let best: V | undefined;
  for (const candidate of versions) {
    if (candidate.version > version || candidate.tariff.effectiveFrom > at) continue;
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
): number => {
  let last = 0;
  for (const { version: published, tariff } of versions) {
    if (published <= version && tariff.effectiveFrom <= at && tariff.effectiveFrom > last) {
      last = tariff.effectiveFrom;
    }
  }
  return last;
};

/** The first moment after `at` when `tariffAt` changes its answer; Infinity if it never does. */
export const nextTariffChange = (
  versions: readonly TariffVersion[],
  version: number,
  at: number,
): number => {
  let next = Number.POSITIVE_INFINITY;
  for (const { version: published, tariff } of versions) {
    if (published <= version && tariff.effectiveFrom > at && tariff.effectiveFrom < next) {
      next = tariff.effectiveFrom;
    }
  }
  return next;
};
