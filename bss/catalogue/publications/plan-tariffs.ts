// Which tariff documents engines have to get, so that from a moment on each tariff is as it is
// wanted. Engines forget nothing that they were sent: at each moment the document holds that began
// last, and of equals the one that was sent last. So what was sent for later and is wanted no more
// gets a document of the same begin that says what is wanted then. Pure.

export type SentTariff = {
  readonly tariffId: string;
  /** ms since 1970. */
  readonly effectiveFrom: number;
  readonly document: string;
};

const beginField = /"effectiveFrom":"[^"]*"/;

/** The document with another begin; it is said once, near its start. */
export const beginAt = (document: string, at: number): string =>
  document.replace(beginField, `"effectiveFrom":"${new Date(at).toISOString()}"`);

const contentOf = (document: string): string => document.replace(beginField, "");

/** `tariffs` in the order of their sending. */
export const heldAt = (tariffs: readonly SentTariff[], at: number): SentTariff | undefined => {
  let held: SentTariff | undefined;
  for (const one of tariffs) {
    if (one.effectiveFrom > at) continue;
    if (held === undefined || one.effectiveFrom >= held.effectiveFrom) held = one;
  }
  return held;
};

const byId = (tariffs: readonly SentTariff[]): ReadonlyMap<string, readonly SentTariff[]> => {
  const groups = new Map<string, SentTariff[]>();
  for (const one of tariffs) groups.set(one.tariffId, [...(groups.get(one.tariffId) ?? []), one]);
  return groups;
};

/** `sent` in the order of their sending; what comes out is to be sent in its order. */
export const planTariffs = (
  sent: readonly SentTariff[],
  wanted: readonly SentTariff[],
  from: number,
): readonly SentTariff[] => {
  const sentById = byId(sent);
  return [...byId(wanted)].flatMap(([tariffId, own]) =>
    planOne([...(sentById.get(tariffId) ?? [])], own, from),
  );
};

const planOne = (
  known: SentTariff[],
  wanted: readonly SentTariff[],
  from: number,
): readonly SentTariff[] => {
  const begins = [...known, ...wanted].map(({ effectiveFrom }) => effectiveFrom);
  const moments = new Set([from, ...begins.filter((one) => one > from)]);
  const planned: SentTariff[] = [];
  for (const at of [...moments].sort((a, b) => a - b)) {
    const want = heldAt(wanted, at);
    const have = heldAt(known, at);
    if (want === undefined) continue;
    if (have !== undefined && contentOf(have.document) === contentOf(want.document)) continue;
    const one = {
      ...{ tariffId: want.tariffId, effectiveFrom: at },
      document: beginAt(want.document, at),
    };
    planned.push(one);
    known.push(one);
  }
  return planned;
};
