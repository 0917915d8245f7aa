// The clock on the API. Moves are answered at once; until the clock is there its way can be read.

import { z } from "zod";
import { parseInstant } from "../../engine/values/instant.ts";
import { ok } from "../../engine/values/result.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { advanceClock } from "./advance-clock.ts";
import type { Clock } from "./movable-clock.ts";
import { readClock } from "./read-clock.ts";
import { setClock } from "./set-clock.ts";

const tag = "Clock";
const moment = z.iso.datetime({ offset: true });
const shown = z.strictObject({
  now: moment.describe("what time it is in this installation"),
  isMovable: z.boolean().describe("a test installation, started with CLOCK_MOVABLE=yes"),
  offsetMs: z.int().min(0).describe("ahead of the machines' clocks by so much"),
  goal: moment.nullable().describe("where it goes to; null: it is there"),
});
const to = moment
  .refine((text) => parseInstant(text) !== undefined, "expected a moment that there is")
  .describe("not before now; on the way renewals, expiries and ends of sessions are carried out");
const by = z.string().max(64).describe("a duration of ISO 8601; months and years are those of UTC");

export const clockRoutes = (clock: Clock): readonly Route[] => [
  defineRoute({
    ...{ method: "GET", path: "/api/clock", tag, permission: "clock:read" },
    summary: "What time it is in this installation, and where a moved clock goes to",
    answers: { 200: shown },
    handle: async (context) => ok({ status: 200, body: await readClock(context, clock) }),
  }),
  defineRoute({
    ...{ method: "PUT", path: "/api/clock", tag, permission: "clock:write" },
    summary: "Moves the clock of a test installation on to a moment",
    body: z.strictObject({ now: to }),
    answers: { 202: shown },
    handle: async (context, { body }) => {
      const moved = await setClock(context, clock, parseInstant(body.now)!);
      return moved.isOk ? ok({ status: 202, body: moved.value }) : moved;
    },
  }),
  defineRoute({
    ...{ method: "POST", path: "/api/clock/advance", tag, permission: "clock:write" },
    summary: "Moves the clock of a test installation on by a duration",
    body: z.strictObject({ by }),
    answers: { 202: shown },
    handle: async (context, { body }) => {
      const moved = await advanceClock(context, clock, body.by);
      return moved.isOk ? ok({ status: 202, body: moved.value }) : moved;
    },
  }),
];
