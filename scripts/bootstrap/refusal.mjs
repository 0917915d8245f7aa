// An expected failure: its message is one line that names the remedy, and nobody wants to see its
// stack.

const refusalCode = "TOLLGATE_REFUSAL";

/** @param {string} message */
export const refusal = (message) => Object.assign(new Error(message), { code: refusalCode });

/** @param {unknown} error */
export const isRefusal = (error) => error instanceof Error && error.code === refusalCode;
