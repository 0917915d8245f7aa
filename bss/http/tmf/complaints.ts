// All that the rules of a domain find wrong with a document, gathered to be said at once.

import { ok } from "../../../engine/values/result.ts";
import { type Answered, type Place, refuse } from "../problem.ts";

export type Complain = (pointer: string, detail: string) => void;

export type Complaints = {
  readonly complain: Complain;
  /** The value, or the refusal with every place. */
  answer<T>(value: T): Answered<T>;
};

export const collectComplaints = (): Complaints => {
  const errors: Place[] = [];
  return {
    complain: (pointer, detail) => void errors.push({ pointer, detail }),
    answer: (value) => {
      const [first] = errors;
      if (first === undefined) return ok(value);
      return refuse("UNPROCESSABLE", `${first.pointer}: ${first.detail}`, { errors });
    },
  };
};

type Period = {
  readonly startDateTime?: string | undefined;
  readonly endDateTime?: string | undefined;
};

/** ms since 1970; half-open, without bounds where none is said. */
export const boundsOf = (period: Period | undefined): readonly [number, number] => [
  period?.startDateTime === undefined ? Number.NEGATIVE_INFINITY : Date.parse(period.startDateTime),
  period?.endDateTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(period.endDateTime),
];

export const checkPeriod = (
  complain: Complain,
  pointer: string,
  period: Period | undefined,
): void => {
  const [start, end] = boundsOf(period);
  if (start >= end) complain(`${pointer}/endDateTime`, "it ends before it begins");
};

export const isWithin = (period: Period | undefined, now: number): boolean => {
  const [start, end] = boundsOf(period);
  return start <= now && now < end;
};
