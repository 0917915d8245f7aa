// topupBalance, adjustBalance, transferBalance, reserveBalance and deductBalance: an order is
// written with what the engine is to be asked, and answered when the engine has answered, or when
// that takes too long: then it is `created`, and whoever asks later finds how it ended.

import type { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { etagOf } from "../http/etag.ts";
import type { Answered } from "../http/problem.ts";
import { defineRoute, type Route, type RouteAnswer } from "../http/route.ts";
import { pathOf } from "../http/tmf/resource-kind.ts";
import { idParams, resourceRoutes } from "../http/tmf/resource-routes.ts";
import type { Reach } from "../permissions.ts";
import type { Asker } from "../transact.ts";
import { type Action, type ActionKind, actionKindNames, actionKinds } from "./action-kinds.ts";
import { amendAction, cancelAction } from "./amend-action.ts";
import { orderDeduction } from "./deduct.ts";
import type { IdentifierKey } from "./identifier-key.ts";
import { approveAdjustment, orderAdjustment } from "./order-adjustment.ts";
import { orderTopUp } from "./order-top-up.ts";
import { orderTransfer } from "./order-transfer.ts";
import { orderReservation } from "./reserve.ts";
import { type Settling, settleAction } from "./settle-action.ts";

export type ActionTools = Settling & {
  readonly identifierKey: IdentifierKey;
  /** Micros of money that one may adjust alone; undefined: any. */
  readonly adjustAloneMicrosMax: number | undefined;
};

type Order = (context: Context, asked: never, reach: Reach) => Promise<Answered<Action>>;

const ordersOf = ({ identifierKey, adjustAloneMicrosMax }: ActionTools) =>
  ({
    topup: (context, asked, reach) => orderTopUp(context, { asked, reach }),
    adjust: (context, asked, reach) =>
      orderAdjustment(context, { asked, reach, aloneMicrosMax: adjustAloneMicrosMax }),
    transfer: (context, asked, reach) => orderTransfer(context, { asked, reach, identifierKey }),
    reserve: (context, asked, reach) => orderReservation(context, { asked, reach }),
    deduct: (context, asked, reach) => orderDeduction(context, { asked, reach }),
  }) as const satisfies Readonly<Record<ActionKind, Order>>;

/** How it is once the engine was asked; it stays `created` when the engine does not say. */
const settledAnswer = async (
  tools: ActionTools,
  kind: ActionKind,
  { id, asker, status }: { readonly id: string; readonly asker: Asker; readonly status: number },
): Promise<RouteAnswer> => {
  const held = await settleAction(tools, asker, kind, id);
  return { status, headers: { etag: etagOf(held.revision) }, body: held.action };
};

const orderRoute = (tools: ActionTools, kind: ActionKind): Route => {
  const { api, shapes, permissions, type } = actionKinds[kind];
  const order = ordersOf(tools)[kind] as (
    context: Context,
    asked: unknown,
    reach: Reach,
  ) => Promise<Answered<Action>>;
  return defineRoute({
    ...{ method: "POST", path: pathOf(actionKinds[kind]), tag: api.tag },
    ...{ summary: `Create a ${type}`, permission: permissions.write },
    body: shapes.create as z.ZodType<unknown>,
    answers: { 201: shapes.whole },
    handle: async (context, { body, reach }) => {
      const ordered = await order(context, body, reach);
      if (!ordered.isOk) return ordered;
      const { value } = ordered;
      return ok({ status: 201, headers: { location: String(value["href"]) }, body: value });
    },
    afterCommit: ({ asker, answer }) => {
      const { id } = JSON.parse(String(answer.body)) as Action;
      return settledAnswer(tools, kind, { id, asker, status: answer.status });
    },
  });
};

const patchRoute = (tools: ActionTools, kind: ActionKind): Route => {
  const { api, shapes, permissions, type } = actionKinds[kind];
  return defineRoute({
    ...{ method: "PATCH", path: `${pathOf(actionKinds[kind])}/:id`, tag: api.tag },
    ...{ summary: `Describe or cancel a ${type}`, permission: permissions.write },
    params: idParams,
    body: shapes.update as z.ZodType<object>,
    answers: { 200: shapes.whole },
    handle: async (context, { params, body, headers, reach }) => {
      const given = { id: params.id, patch: body, headers, reach };
      const amended = await amendAction(context, kind, given);
      return amended.isOk ? ok({ status: 200, body: amended.value }) : amended;
    },
    afterCommit: ({ asker, params: { id } }) =>
      settledAnswer(tools, kind, { id, asker, status: 200 }),
  });
};

const deleteRoute = (tools: ActionTools, kind: ActionKind): Route => {
  const { api, permissions, type } = actionKinds[kind];
  return defineRoute({
    ...{ method: "DELETE", path: `${pathOf(actionKinds[kind])}/:id`, tag: api.tag },
    ...{ summary: `Cancel a ${type}`, permission: permissions.write },
    ...{ params: idParams, answers: { 204: null } },
    handle: async (context, { params, headers, reach }) => {
      const cancelled = await cancelAction(context, kind, { id: params.id, headers, reach });
      return cancelled.isOk ? ok({ status: 204 }) : cancelled;
    },
    afterCommit: async ({ asker, params: { id } }) => {
      await settleAction(tools, asker, kind, id);
      return { status: 204 };
    },
  });
};

const approveRoute = (tools: ActionTools): Route =>
  defineRoute({
    ...{ method: "POST", path: "/api/adjustments/:id/approve", tag: "Balances" },
    ...{ summary: "Approve what another one wants to adjust", permission: "balance:adjust" },
    ...{ params: idParams, answers: { 200: actionKinds.adjust.shapes.whole } },
    handle: async (context, { params: { id } }) => {
      const approved = await approveAdjustment(context, id);
      return approved.isOk ? ok({ status: 200, body: approved.value.action }) : approved;
    },
    afterCommit: ({ asker, params: { id } }) =>
      settledAnswer(tools, "adjust", { id, asker, status: 200 }),
  });

export const actionRoutes = (tools: ActionTools): readonly Route[] => [
  ...actionKindNames.flatMap((kind) => [
    ...resourceRoutes(actionKinds[kind]),
    orderRoute(tools, kind),
    patchRoute(tools, kind),
    deleteRoute(tools, kind),
  ]),
  approveRoute(tools),
];
