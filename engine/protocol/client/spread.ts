// Which connection a request takes. Requests of one subscriber or account prefer the same one,
// because there its profile is cached; subscribers spread evenly. When a connection is lost its
// share spreads over the rest, and returns when it is back (rendezvous hashing: the highest score
// that is up wins).

/** A number that stands for a key; equal keys, equal numbers. */
export function affinityOf(key: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x0100_0193);
  return hash;
}

/** The preferred one of those that are up. */
export function choose<C extends { readonly seed: number; readonly isUp: boolean }>(
  connections: readonly C[],
  affinity: number,
): C | undefined {
  let chosen: C | undefined;
  let best = -1;
  for (const connection of connections) {
    if (!connection.isUp) continue;
    const score = scoreOf(affinity, connection.seed);
    if (score > best) {
      best = score;
      chosen = connection;
    }
  }
  return chosen;
}

function scoreOf(affinity: number, seed: number): number {
  let hash = affinity ^ Math.imul(seed + 1, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
