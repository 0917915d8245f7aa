// Roles and scopes as they are stored: text, of which a later or earlier program may know some no
// more. What is not known grants nothing.

import { type Permission, permissions, type Role, roles } from "../permissions.ts";

export const rolesOf = (texts: readonly string[]): readonly Role[] =>
  roles.filter((role) => texts.includes(role));

export const allPermissions = Object.keys(permissions) as [Permission, ...Permission[]];

/** Null: all that the roles say. */
export const scopesOf = (texts: readonly string[] | null): readonly Permission[] | undefined =>
  texts === null ? undefined : allPermissions.filter((permission) => texts.includes(permission));

/** Until a one-time password is changed nothing else can be done, whatever the roles say. */
export const scopesBeforeChange: readonly Permission[] = ["self:write"];
