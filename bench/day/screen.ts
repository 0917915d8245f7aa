// What a played day looks like: a few lines that are drawn anew several times a second on a
// terminal, one line an hour elsewhere, and a summary at the end. Pure text; style is given.

import { formatMoney } from "../../scripts/seed/amounts.ts";
import { currency, operatorName } from "../../scripts/seed/operator.ts";
import type { LatencySummary } from "../histogram.ts";
import { preciseFigure, wholeFigure } from "../report/table.ts";
import { dayMs } from "../traffic/day.ts";
import { ratingGroups } from "../traffic/kinds.ts";
import { drawCurve, expectedCurve } from "./curve.ts";
import { type Denial, halfHoursPerDay, type Tally } from "./tally.ts";

export type Style = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bright: (text: string) => string;
  readonly alarming: (text: string) => string;
};

export type View = {
  readonly tally: Tally;
  /** Of the played day, ms since midnight. */
  readonly at: number;
  readonly messagesPerSecond: number;
  /** Of the last seconds; undefined before there are any. */
  readonly latency: LatencySummary | undefined;
  readonly openSessions: number;
  readonly state: "playing" | "ending" | "disconnected";
};

const indent = "  ";
const labelWidth = 11;
const firstFigureWidth = 18;
const axis = "0     3     6     9     12    15    18    21    24";

export const screenLines = (view: View, style: Style): readonly string[] => {
  const { tally, at } = view;
  const { bold, dim } = style;
  const title = `A day at ${operatorName}`;
  const time = clock(at);
  const gap = " ".repeat(halfHoursPerDay - title.length - time.length);
  return [
    "",
    `${bold(title)}${gap}${bold(time)}`,
    "",
    ...curveLines(tally, at, style),
    dim(axis),
    "",
    row(
      "messages",
      `${wholeFigure(view.messagesPerSecond)}/s`,
      `${wholeFigure(tally.answered)} in all`,
    ),
    row("latency", ...latencyFigures(view.latency)),
    row("open", `${wholeFigure(view.openSessions)} sessions`),
    row("charged", money(tally)),
    row("denied", wholeFigure(tally.denials), deniedText(tally.lastDenial, style)),
    ...refusedRows(tally, style),
    "",
    stateText(view, style),
  ].map((line) => `${indent}${line}`.trimEnd());
};

/** A line for a log file, at the end of every played hour. */
export const hourLine = ({ tally, at, ...view }: View): string =>
  [
    clock(at),
    `${wholeFigure(view.messagesPerSecond).padStart(7)}/s`,
    ...latencyFigures(view.latency),
    `open ${wholeFigure(view.openSessions)}`,
    `denied ${wholeFigure(tally.denials)}`,
    `refused ${wholeFigure(refusedCount(tally))}`,
    `charged ${money(tally)}`,
  ].join("  ");

const refusedCount = ({ refused }: Tally): number =>
  [...refused.values()].reduce((sum, count) => sum + count, 0);

export type Ending = {
  readonly tally: Tally;
  readonly latency: LatencySummary;
  readonly at: number;
  readonly seconds: number;
  readonly openSessions: number;
};

export const summaryLines = (ending: Ending, { bold }: Style): readonly string[] => {
  const { tally, latency, at, seconds, openSessions } = ending;
  const { initiate, update, terminate, event } = tally.byVerb;
  const verbs = Object.entries({ initiate, update, terminate, event });
  const counts = verbs.map(([verb, count]) => `${wholeFigure(count)} ${verb}`).join(", ");
  const refused = [...tally.refused].map(([code, count]) => `${wholeFigure(count)} ${code}`);
  const subscribers = `${wholeFigure(tally.deniedSubscribers.size)} subscribers`;
  return [
    "",
    bold(
      `${at < dayMs ? `Ended at ${clock(at)}` : "The day is over"} after ${seconds.toFixed(0)} s`,
    ),
    "",
    row("messages", wholeFigure(tally.answered), counts),
    row("latency", ...latencyFigures(latency), `longest ${preciseFigure(latency.maxMs)} ms`),
    row("charged", money(tally)),
    row("denied", wholeFigure(tally.denials), `${subscribers} ran out of credit`),
    row("refused", refused.length === 0 ? "nothing" : refused.join(", ")),
    row("left open", openSessions === 0 ? "nothing" : `${wholeFigure(openSessions)} sessions`),
    "",
  ].map((line) => `${indent}${line}`.trimEnd());
};

/** 14:32 */
export const clock = (at: number): string => {
  const minutes = Math.floor(at / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

function row(label: string, ...figures: readonly string[]): string {
  const cells = figures.map((figure, index) =>
    index === figures.length - 1 ? figure : figure.padEnd(firstFigureWidth),
  );
  return label.padEnd(labelWidth) + cells.join("");
}

function curveLines({ halfHours }: Tally, at: number, { bright, dim }: Style): readonly string[] {
  const current = Math.min(halfHoursPerDay - 1, Math.floor((at / dayMs) * halfHoursPerDay));
  const values = expectedCurve(halfHours, current);
  const played = at >= dayMs ? halfHoursPerDay : current + 1;
  return drawCurve(values).map((line) => bright(line.slice(0, played)) + dim(line.slice(played)));
}

function latencyFigures(latency: LatencySummary | undefined): readonly string[] {
  if (latency === undefined || latency.count === 0) return ["p50 –", "p99 –"];
  return [`p50 ${preciseFigure(latency.p50Ms)} ms`, `p99 ${preciseFigure(latency.p99Ms)} ms`];
}

const services: Readonly<Record<number, string>> = {
  [ratingGroups.web]: "the web",
  [ratingGroups.video]: "video",
  [ratingGroups.social]: "social media",
  [ratingGroups.interactive]: "games and meetings",
  [ratingGroups.voiceNational]: "a call",
  [ratingGroups.voiceInternational]: "a call abroad",
  [ratingGroups.voiceRoaming]: "a call while roaming",
  [ratingGroups.messageNational]: "a message",
  [ratingGroups.messageInternational]: "a message abroad",
};

function deniedText(denial: Denial | undefined, { alarming }: Style): string {
  if (denial === undefined) return "";
  const { at, subscriberIdentifier, ratingGroup } = denial;
  const service = services[ratingGroup] ?? `rating group ${ratingGroup}`;
  return alarming(`${clock(at)} ${subscriberIdentifier}, no credit for ${service}`);
}

function refusedRows({ refused }: Tally, { alarming }: Style): readonly string[] {
  const kinds = [...refused].map(([code, count]) => `${wholeFigure(count)} ${code}`);
  return kinds.length === 0 ? [] : [row("refused", alarming(kinds.slice(0, 3).join(", ")))];
}

function stateText({ state }: View, { dim, alarming }: Style): string {
  if (state === "disconnected") return alarming("the engine does not answer; trying again");
  return dim(
    state === "ending"
      ? "ending: what is open terminates"
      : "Ctrl-C ends the day here; open sessions then terminate properly",
  );
}

function money({ costMicros }: Tally): string {
  // To the cent for people; the balances keep every micro.
  return formatMoney(Math.round(costMicros / 10_000) * 10_000, currency);
}
