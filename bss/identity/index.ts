// The door of identity: who asks, and the way in.

export { type Authenticate, createAuthenticate } from "./authenticate.ts";
export type { PeerCertificate, RequestHead } from "./credentials.ts";
export {
  type FirstPassword,
  firstAdministrator,
  resetAdministrator,
} from "./first-administrator.ts";
export {
  type AuthenticateOptions,
  createIdentity,
  type Identity,
  type IdentityOptions,
  identityEncryptedTables,
} from "./identity.ts";
export { certificateOf } from "./peer-certificate.ts";
export { identityRoutes } from "./routes.ts";
export { sweepIdentity } from "./sweep-identity.ts";
