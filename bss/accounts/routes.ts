// Accounts through the doors: TMF666.

import type { Route } from "../http/route.ts";
import { resourceRoutes } from "../http/tmf/resource-routes.ts";
import type { AccountKinds } from "./kinds.ts";

export const accountRoutes = (kinds: AccountKinds): readonly Route[] =>
  Object.values(kinds).flatMap(resourceRoutes);
