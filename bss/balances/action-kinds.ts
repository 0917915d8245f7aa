// What moves balances, as kinds of TMF resources: what was asked, by whom, and how it ended. The
// engine carries it out; what stands here says so.

import { z } from "zod";
import type { DomainEvent } from "../context.ts";
import type { ResourceKind, TmfApi } from "../http/tmf/resource-kind.ts";
import { list, may, must } from "../http/tmf/values.ts";
import {
  adjustBalances,
  deductBalances,
  reserveBalances,
  topupBalances,
  transferBalances,
} from "./schema.ts";
import * as tmf from "./tmf654.generated.ts";

export const balanceApi: TmfApi = {
  basePath: "/tmf-api/prepayBalanceManagement/v4",
  domain: "prepayBalanceManagement",
  tag: "TMF654 Prepay Balance Management",
};

/** Beyond the definition: what the bucket had left then, and why it is as it is. */
const outcome = {
  remainingValue: tmf.Quantity.optional(),
  statusReason: may.name,
};

const ReserveBalanceRef = z.strictObject({ id: must.id, href: may.href });

/**
 * TMF654 has no definition of it in 4.0: what is taken from a bucket, or from a reservation, whose
 * rest then goes back.
 */
const DeductBalance_Create = tmf.ReserveBalance_Create.omit({ validFor: true })
  .extend({ amount: tmf.Quantity, reserveBalance: ReserveBalanceRef.optional() })
  .meta({ id: "DeductBalance_Create" });
const DeductBalance = tmf.ReserveBalance.extend({
  ...outcome,
  reserveBalance: ReserveBalanceRef.optional(),
}).meta({ id: "DeductBalance" });

const common = {
  api: balanceApi,
  stateField: "status",
  methods: ["list", "get"],
  ownerOf: ({ relatedParty }) => (relatedParty as { id: string }[] | undefined)?.[0]?.id,
} as const satisfies Partial<ResourceKind>;

const named = <T extends z.ZodObject>(shape: T, id: string) => shape.meta({ id });

export const actionKinds = {
  topup: {
    ...{ ...common, name: "topupBalance", type: "TopupBalance", table: topupBalances },
    shapes: {
      create: tmf.TopupBalance_Create,
      update: tmf.TopupBalance_Update,
      whole: named(tmf.TopupBalance.extend(outcome), "TopupBalance_Whole"),
    },
    permissions: { read: "balance:read", write: "balance:top-up" },
  },
  adjust: {
    ...{ ...common, name: "adjustBalance", type: "AdjustBalance", table: adjustBalances },
    shapes: {
      create: tmf.AdjustBalance_Create,
      update: tmf.AdjustBalance_Update,
      whole: named(tmf.AdjustBalance.extend(outcome), "AdjustBalance_Whole"),
    },
    permissions: { read: "balance:read", write: "balance:adjust" },
  },
  transfer: {
    ...{ ...common, name: "transferBalance", type: "TransferBalance", table: transferBalances },
    shapes: {
      create: tmf.TransferBalance_Create,
      update: tmf.TransferBalance_Update,
      whole: named(
        tmf.TransferBalance.extend({ ...outcome, logicalResource: list(tmf.LogicalResourceRef) }),
        "TransferBalance_Whole",
      ),
    },
    permissions: { read: "balance:read", write: "balance:transfer" },
  },
  reserve: {
    ...{ ...common, name: "reserveBalance", type: "ReserveBalance", table: reserveBalances },
    shapes: {
      create: tmf.ReserveBalance_Create,
      update: tmf.ReserveBalance_Update,
      whole: named(tmf.ReserveBalance.extend(outcome), "ReserveBalance_Whole"),
    },
    permissions: { read: "balance:read", write: "balance:adjust" },
  },
  deduct: {
    ...{ ...common, name: "deductBalance", type: "DeductBalance", table: deductBalances },
    shapes: {
      create: DeductBalance_Create,
      update: tmf.ReserveBalance_Update,
      whole: DeductBalance,
    },
    permissions: { read: "balance:read", write: "balance:adjust" },
  },
} as const satisfies Record<string, ResourceKind>;

export type ActionKind = keyof typeof actionKinds;
export const actionKindNames = Object.keys(actionKinds) as readonly ActionKind[];

export type Action = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status: tmf.ActionStatusType;
};

const outcomes = { completed: "Create", failed: "Failure", cancelled: "Cancel" } as const;

/** An event tells how it ended: `created` means that it is under way, and tells nothing yet. */
export const eventOfAction = (kind: ActionKind, action: Action): DomainEvent | undefined => {
  if (action.status === "created") return undefined;
  const { name, type } = actionKinds[kind];
  return {
    eventType: `${type}${outcomes[action.status]}Event`,
    domain: balanceApi.domain,
    resourceName: name,
    resource: action,
    resourceId: action.id,
  };
};
