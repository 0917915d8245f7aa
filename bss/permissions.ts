// Who may do what: one matrix of permissions and roles. A permission is a room of the business and
// what is done there; `own` reaches only what belongs to the actor's own customer. A test walks
// every route with every role by this table and nothing else.

export const roles = [
  "administrator",
  "catalogue-manager",
  "billing",
  "care-agent",
  "network",
  "auditor",
  "self-care",
] as const;
export type Role = (typeof roles)[number];

export type Reach = "all" | "own";

const administrator = { administrator: "all" } as const;
const staff = { "care-agent": "all", billing: "all", ...administrator } as const;
const everyone = {
  ...staff,
  "catalogue-manager": "all",
  network: "all",
  auditor: "all",
  "self-care": "all",
} as const;

/** Whoever is not named has nothing to look for there. */
export const permissions = {
  /** What is sold is no secret. */
  "catalogue:read": everyone,
  "catalogue:write": { "catalogue-manager": "all", ...administrator },
  "catalogue:publish": { "catalogue-manager": "all", ...administrator },
  "party:read": { ...staff, auditor: "all", "self-care": "own" },
  "party:write": { ...staff, "self-care": "own" },
  "customer:read": { ...staff, auditor: "all", "self-care": "own" },
  "customer:write": staff,
  "account:read": { ...staff, auditor: "all", "self-care": "own" },
  "account:write": staff,
  "balance:read": { ...staff, auditor: "all", network: "all", "self-care": "own" },
  /** Money that was paid elsewhere: whoever may say so. */
  "balance:top-up": staff,
  "balance:adjust": { billing: "all", ...administrator },
  "balance:transfer": { ...staff, "self-care": "own" },
  "voucher:write": { billing: "all", ...administrator },
  "voucher:redeem": { ...staff, network: "all", "self-care": "own" },
  "usage:read": { ...staff, auditor: "all", "self-care": "own" },
  "event:subscribe": { "catalogue-manager": "all", billing: "all", ...administrator },
  "identity:read": { auditor: "all", ...administrator },
  "identity:write": administrator,
  /** One's own password, sessions and keys. */
  "self:write": everyone,
  /** Nobody else, administrators included: who is watched does not choose what is seen. */
  "audit:read": { auditor: "all" },
  /** What time it is is everybody's business. */
  "clock:read": everyone,
  "clock:write": administrator,
} as const satisfies Record<string, Partial<Record<Role, Reach>>>;

export type Permission = keyof typeof permissions;

/** The widest of what the roles allow; undefined: not at all. */
export const reachOf = (actorRoles: readonly Role[], permission: Permission): Reach | undefined => {
  const allowed: Partial<Record<Role, Reach>> = permissions[permission];
  const reaches = actorRoles.map((role) => allowed[role]);
  return reaches.includes("all") ? "all" : reaches.find((reach) => reach !== undefined);
};
