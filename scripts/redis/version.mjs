// Which Redis is new enough, and how a server tells its version.

/** The engine's Lua commands are Redis Functions, which came with 7.0. */
export const redisVersionMin = "7.0.0";

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
