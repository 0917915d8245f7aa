// Which Redis is new enough, and how a server tells its version.

/** COPY, GETEX and the streams' XAUTOCLAIM came with 6.2; nothing older is maintained. */
export const redisVersionMin = "6.2.0";

/**
 * The version in what `redis-server --version` or `valkey-server --version` prints, or null.
 * @param {string} output
 */
export const parseServerVersion = (output) =>
  /\b(?:redis|valkey)[ -]server v=(\d+\.\d+\.\d+)/i.exec(output)?.[1] ?? null;

/**
 * @param {string} version
 * @param {string} versionMin
 */
export const isVersionAtLeast = (version, versionMin) => {
  const found = version.split(".").map(Number);
  const wanted = versionMin.split(".").map(Number);
  for (let index = 0; index < wanted.length; index += 1) {
    const difference = (found[index] ?? 0) - (wanted[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};
