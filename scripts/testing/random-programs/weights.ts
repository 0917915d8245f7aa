// How often one thing rather than another is drawn, for `fc.oneof`.

import type fc from "fast-check";

export const often = <T>(arbitrary: fc.Arbitrary<T>, weight = 6) => ({ arbitrary, weight });
export const seldom = <T>(arbitrary: fc.Arbitrary<T>) => ({ arbitrary, weight: 1 });
