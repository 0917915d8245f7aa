// What `npm run deck` ends with, for the scripts that call it.

/** 1: rows are wrong, or a file cannot be read or written; 2: the command line is wrong. */
export const exitCodes = { good: 0, failed: 1, usage: 2 } as const;
