// What `npm run audit` proves, as an expectation: every balance that Redis has follows from the
// journal, to the unit.

import { expect } from "vitest";
import { audit } from "../../engine/store/audit.ts";
import { openStore } from "../../engine/store/connection.ts";

export const expectNoDrift = async (
  url: string,
  { isCluster = false, shards = 1 } = {},
): Promise<void> => {
  const store = await openStore({ url, isCluster, onError: () => undefined });
  try {
    const report = await audit(store, shards, () => undefined);
    expect(report).toMatchObject({ isOk: true, value: { drifted: [] } });
  } finally {
    await store.close();
  }
};
