// Who may give roles away: whoever may write identities, but no key that is held to scopes, for
// what it made would be held to none.

import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";

export const checkMayGrant = ({ actor }: Context): Answered<undefined> =>
  actor.scopes === undefined
    ? ok(undefined)
    : refuse("FORBIDDEN", "a key with scopes gives roles to nobody");
