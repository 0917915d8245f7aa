// Why a start ends: with one line for people and an exit code, or without a line when it was asked
// to stop.

import { err, type Result } from "../../engine/values/result.ts";

export type Ending = {
  /** Names the remedy; null when there is nothing to explain. */
  readonly message: string | null;
  readonly exitCode: number;
};
export type Step<T> = Result<T, Ending>;

/** What was asked for cannot be: a bad flag, a bad value. */
export const badRequest = (message: string): Step<never> => err({ message, exitCode: 2 });

/** The machine does not allow it: a port, a permission, a server. */
export const failed = (message: string): Step<never> => err({ message, exitCode: 1 });

/** Ctrl-C before everything was up. */
export const interruption: Ending = { message: null, exitCode: 130 };
export const interrupted: Step<never> = err(interruption);

/** `EACCES` and the like, for a message. */
export const errorCode = (error: unknown): string => {
  if (error instanceof Error && "code" in error && typeof error.code === "string")
    return error.code;
  return error instanceof Error ? error.message : String(error);
};
