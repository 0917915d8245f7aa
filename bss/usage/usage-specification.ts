// TMF635's usageSpecification: what a kind of usage is made of, for those who read it.

import type { ResourceKind, TmfApi } from "../http/tmf/resource-kind.ts";
import { usageSpecifications } from "./schema.ts";
import {
  UsageSpecification,
  UsageSpecification_Create,
  UsageSpecification_Update,
} from "./tmf635.generated.ts";

export const usageApi: TmfApi = {
  basePath: "/tmf-api/usageManagement/v4",
  ...{ domain: "usageManagement", tag: "TMF635 Usage" },
};

export const usageSpecificationKind: ResourceKind = {
  api: usageApi,
  ...{ name: "usageSpecification", type: "UsageSpecification", table: usageSpecifications },
  shapes: {
    create: UsageSpecification_Create,
    update: UsageSpecification_Update,
    whole: UsageSpecification,
  },
  permissions: { read: "usage:read", write: "catalogue:write" },
  methods: ["list", "get", "create", "patch", "delete"],
  hasLastUpdate: true,
};
