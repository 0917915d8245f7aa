// The flags of `npm start`, read twice: by the bootstrap, which answers --help and mistakes at
// once, and by the supervisor, which acts on them.

const flags = [
  ["--reset", "delete the data of this Tollgate and start afresh"],
  ["--smoke", "charge one full session on a throw-away Tollgate, print it, stop, exit 0"],
  ["--install", "only install the packages, where they are missing or not as locked"],
  ["--help", "show this text"],
];

const environment = [
  ["ENGINE_PORT", "7600", "where network elements connect (WebSocket)"],
  ["ENGINE_OPS_PORT", "7601", "health and metrics; one more per engine process"],
  ["ENGINE_HOST", "127.0.0.1", "address the engine listens on"],
  ["ENGINE_PROCESSES", "cores / 2", "number of engine processes"],
  ["ENGINE_DURABILITY", "everysec", "everysec, always"],
  ["REDIS_PORT", "7679", "port of the Redis that is started for you"],
  ["REDIS_URL", "", "uses your Redis instead"],
  ["POSTGRES_PORT", "7632", "port of the Postgres that is started for you"],
  ["DATABASE_URL", "", "uses your Postgres instead: postgres://user:pass@host/name"],
  ["BSS_PORT", "7700", "API of the business side"],
  ["BSS_OPS_PORT", "7701", "health and metrics of the business side"],
  ["SNAPSHOT_EVERY_HOURS", "24", "a snapshot of Redis for rebuilds; 0: none"],
  ["TOLLGATE_DATA", ".tollgate", "data folder"],
  ["LOG_LEVEL", "info", "of the engine's logs"],
];

/**
 * Reads the arguments of `npm start`. A mistake comes back as one line in `mistake`.
 * @param {readonly string[]} args
 */
export const parseFlags = (args) => {
  const known = flags.map(([name]) => name);
  const unknown = args.find((arg) => !known.includes(arg));
  const parsed = {
    isReset: args.includes("--reset"),
    isSmoke: args.includes("--smoke"),
    isInstall: args.includes("--install"),
    isHelp: args.includes("--help"),
    mistake: /** @type {string | null} */ (null),
  };
  if (unknown !== undefined) {
    parsed.mistake = `unknown argument ${unknown}; known: ${known.join(", ")}`;
  } else if (parsed.isInstall && (parsed.isReset || parsed.isSmoke)) {
    parsed.mistake = "--install starts nothing: it takes neither --reset nor --smoke";
  } else if (parsed.isReset && parsed.isSmoke) {
    parsed.mistake = "--smoke uses a throw-away data folder; --reset has nothing to delete there";
  }
  return parsed;
};

/** What --help prints. */
export const helpText = () =>
  [
    "npm start [-- flags]   starts Redis, Postgres and engines, and fills in a demo operator",
    "",
    ...flags.map(([name, text]) => `  ${name.padEnd(22)}${text}`),
    "",
    "Environment (default)",
    ...environment.map(([name, value, text]) => `  ${name.padEnd(22)}${value.padEnd(12)}${text}`),
    "",
    "Ctrl-C stops everything cleanly; the next start finds its data.",
  ].join("\n");
