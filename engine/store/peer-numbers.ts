// Network elements by number: a session keeps who continued it last in two octets. A number belongs
// to a name for good, in the whole installation, whichever engine meets the name first.

import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";

export type PeerNumbers = ReturnType<typeof createPeerNumbers>;

export const createPeerNumbers = (store: Store) => {
  const numbers = new Map<string, number>();
  return {
    /** undefined: not claimed here yet. 0: there are no more, so it can never be told anything. */
    find: (name: string): number | undefined => numbers.get(name),
    claim: async (names: readonly string[]): Promise<void> => {
      const missing = names.filter((name) => !numbers.has(name));
      if (missing.length === 0) return;
      const found = (await store.run(
        "number-peers",
        [keys.peers, keys.journal(0)],
        missing,
      )) as number[];
      for (const [index, name] of missing.entries()) numbers.set(name, found[index]!);
    },
  };
};
