// What `ldd` says about a program, and which Debian package brings a shared object it misses.

/**
 * The shared objects that `ldd` could not find, each once.
 * @param {string} output
 */
export const missingSharedObjects = (output) => [
  ...new Set([...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1])),
];

/**
 * Package names for a shared object, most likely first. Debian policy 8.1: name and version of the
 * object, with a hyphen between where the name ends in a digit; t64 marks packages rebuilt for
 * 64-bit time.
 * @param {string} sharedObject such as libssl.so.3
 * @returns {string[]}
 */
export const packageCandidates = (sharedObject) => {
  const parts = /^(lib[^/]+?)\.so(?:\.([\w.]+))?$/.exec(sharedObject);
  if (parts === null) return [];
  const name = parts[1].toLowerCase().replaceAll("_", "-");
  const version = parts[2] ?? "";
  const packages = /\d$/.test(name)
    ? [`${name}-${version}`]
    : [`${name}${version}`, `${name}-${version}`];
  return packages.flatMap((candidate) => [candidate, `${candidate}t64`]);
};
