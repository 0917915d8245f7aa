// The stations of a journey of the clock (journey.ts), of the moments at which something is due.

export type Span = { readonly after: number; readonly until: number };

/** The keys of accounts that are due, by when, in the order of time. */
export type Stations = ReadonlyMap<number, readonly string[]>;

/**
 * Where there are more than `most`, those of a while become one, at the last of its moments: what
 * is due is done no earlier, and later by less than the span is long divided by `most`.
 */
export const joinStations = (
  found: ReadonlyMap<number, ReadonlySet<string>>,
  { after, until }: Span,
  most: number,
): Stations => {
  const whileMs = found.size > most ? (until - after) / most : 1;
  const whiles = new Map<number, { at: number; accountKeys: Set<string> }>();
  for (const at of [...found.keys()].sort((a, b) => a - b)) {
    const number = Math.ceil((at - after) / whileMs);
    const one = whiles.get(number) ?? { at, accountKeys: new Set() };
    one.at = at;
    for (const key of found.get(at)!) one.accountKeys.add(key);
    whiles.set(number, one);
  }
  return new Map([...whiles.values()].map(({ at, accountKeys }) => [at, [...accountKeys]]));
};
