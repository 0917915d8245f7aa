// Users and sessions for the audit, which keeps for ever what it gets: of customers nothing that
// tells who they are, of staff no e-mail address. What stands for it is equal where it was equal.

import { protectChange } from "../audit/index.ts";
import type { Change, Context } from "../context.ts";
import { type Cipher, personalFields } from "../privacy/index.ts";
import { type Session, sessionView, type User, userView } from "./views.ts";

const ofStaff = personalFields("identity_users", { "/email": "email" });
const ofCustomer = personalFields("identity_users", {
  ...{ "/email": "email", "/name": "name", "/login": "text" },
});
const ofSession = personalFields("identity_sessions", { "/address": "text", "/userAgent": "text" });

/** What its fingerprints are made with. */
export type AuditKeys = { readonly cipher: Cipher };

type UserChange = {
  readonly action: Change["action"];
  readonly before: User | null;
  readonly after: User | null;
};

export const recordUser = (
  context: Pick<Context, "record">,
  { cipher }: AuditKeys,
  { action, before, after }: UserChange,
): void => {
  const isCustomer = [before, after].some((user) => user !== null && user.customerId !== null);
  const fields = isCustomer ? ofCustomer : ofStaff;
  const [entityId] = [before, after].flatMap((user) => (user === null ? [] : [user.id]));
  const views = { before: before && userView(before), after: after && userView(after) };
  const change = { entity: "user", entityId: entityId!, action, ...views };
  context.record(protectChange(change, fields, cipher));
};

/** Where somebody of the staff logs in from is what the audit is asked for. */
export const recordOpened = (
  context: Pick<Context, "record">,
  { cipher }: AuditKeys,
  session: Session,
  { customerId }: User,
): void => {
  const after = sessionView(session);
  const opened = { entity: "session", entityId: session.id, action: "create" } as const;
  const change = { ...opened, before: null, after };
  context.record(customerId === null ? change : protectChange(change, ofSession, cipher));
};

export const recordEnded = (context: Pick<Context, "record">, session: Session): void => {
  // Both stand where it was opened.
  const { address: _, userAgent: __, ...before } = sessionView(session);
  context.record({
    ...{ entity: "session", entityId: session.id, action: "delete", before, after: null },
  });
};
