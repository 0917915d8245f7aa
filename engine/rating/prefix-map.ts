// Prefixes that a tariff itself names: zones of its own, networks, closed user groups. There are
// few, so a look-up tries the lengths that occur, longest first, and a tariff in memory stays
// small; for the hundreds of thousands of a rate deck there is prefix-index.ts.

export type PrefixMap = {
  /** What a prefix belongs to. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Of its prefixes, longest first. */
  readonly lengths: readonly number[];
};

export type PrefixFound = { readonly prefix: string; readonly ids: readonly string[] };

export const prefixMap = (ids: ReadonlyMap<string, readonly string[]>): PrefixMap => {
  const lengths = new Set(Array.from(ids.keys(), (prefix) => prefix.length));
  return { ids, lengths: [...lengths].sort((a, b) => b - a) };
};

/** All prefixes of `number` that are in the map, longest first. */
export const findPrefixes = ({ ids, lengths }: PrefixMap, number: string): PrefixFound[] => {
  const found: PrefixFound[] = [];
  for (const length of lengths) {
    const prefix = number.slice(0, length);
    const idsOfPrefix = prefix.length === length ? ids.get(prefix) : undefined;
    if (idsOfPrefix !== undefined) found.push({ prefix, ids: idsOfPrefix });
  }
  return found;
};
