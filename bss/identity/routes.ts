// All doors of identity.

import type { Route } from "../http/route.ts";
import type { Identity } from "./identity.ts";
import { issuerRoutes } from "./issuer-routes.ts";
import { machineRoutes } from "./machine-routes.ts";
import { ownRoutes } from "./own-routes.ts";
import { userRoutes } from "./user-routes.ts";

export const identityRoutes = (identity: Identity): readonly Route[] => [
  ...ownRoutes(identity),
  ...userRoutes(identity),
  ...machineRoutes(identity),
  ...issuerRoutes(identity),
];
