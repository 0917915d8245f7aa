// Expected refusals travel as values; only defects are thrown.

export type Ok<T> = { readonly isOk: true; readonly value: T };
export type Err<E> = { readonly isOk: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export const ok = <T>(value: T): Ok<T> => ({ isOk: true, value });
export const err = <E>(error: E): Err<E> => ({ isOk: false, error });
