// What `npm run balance`, `deck` and `tariff` end with, for the scripts that call them.

/**
 * 1: a file is wrong or cannot be read or written, or the engine refuses; 2: the command line is
 * wrong; 130: Ctrl-C.
 */
export const exitCodes = { good: 0, failed: 1, usage: 2, interrupted: 130 } as const;
