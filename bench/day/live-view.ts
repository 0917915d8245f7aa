// Shows a day while it is played: redrawn in place on a terminal that is wide enough, a line for
// every played hour elsewhere.

import { clearScreenDown, moveCursor } from "node:readline";
import { styleText } from "node:util";
import type { Client } from "../../engine/protocol/client/client.ts";
import { type LatencySummary, summarize } from "../histogram.ts";
import { type Play, playedMs } from "./play.ts";
import { hourLine, type Style, screenLines, type View } from "./screen.ts";

type Screen = NodeJS.WriteStream;

const framesPerSecond = 10;
/** Rate and latency are those of the last moments, long enough to stand still for the eye. */
const recentMs = 1_000;
const hourMs = 3_600_000;
/** A screen that does not fit cannot be redrawn in place. */
const columnsMin = 80;
const rowsMin = 18;
const hourLineMs = 100;

export const styleFor = (stream: Screen): Style => {
  const isStyled = stream.isTTY === true && process.env["NO_COLOR"] === undefined;
  const styled =
    (...formats: Parameters<typeof styleText>[0][]) =>
    (text: string) =>
      isStyled ? formats.reduce((styledText, format) => styleText(format, styledText), text) : text;
  return {
    bold: styled("bold"),
    dim: styled("dim"),
    bright: styled("cyan"),
    alarming: styled("yellow"),
  };
};

export type LiveView = {
  /** Shows the last state once more and leaves it standing. */
  end(): void;
};

export const openLiveView = (
  play: Play,
  client: Client,
  stopping: AbortSignal,
  stream: Screen,
): LiveView => {
  const { isTTY, columns = 0, rows = 0 } = stream;
  const isDrawn = isTTY === true && columns >= columnsMin && rows >= rowsMin;
  return isDrawn
    ? drawScreen(observe(play, client, stopping, recentMs), stream)
    : writeHours(play, observe(play, client, stopping, 0), stopping, stream);
};

const drawScreen = (look: () => View, stream: Screen): LiveView => {
  const style = styleFor(stream);
  let height = 0;
  const draw = () => {
    const lines = screenLines(look(), style);
    if (height > 0) {
      moveCursor(stream, 0, -height);
      clearScreenDown(stream);
    }
    stream.write(`${lines.join("\n")}\n`);
    height = lines.length;
  };
  draw();
  const timer = setInterval(draw, 1_000 / framesPerSecond);
  return {
    end: () => {
      clearInterval(timer);
      draw();
    },
  };
};

const writeHours = (
  play: Play,
  look: () => View,
  stopping: AbortSignal,
  stream: Screen,
): LiveView => {
  let nextHour = hourMs;
  const timer = setInterval(() => {
    const at = playedMs(play, performance.now());
    if (at < nextHour || stopping.aborted) return;
    nextHour = (Math.floor(at / hourMs) + 1) * hourMs;
    stream.write(`${hourLine(look())}\n`);
  }, hourLineMs);
  return { end: () => clearInterval(timer) };
};

/** What there is to see now; rate and latency are taken anew when older than `keptMs`. */
const observe = (
  play: Play,
  client: Client,
  stopping: AbortSignal,
  keptMs: number,
): (() => View) => {
  const { tally, day } = play;
  let takenAt = performance.now();
  let answeredBefore = 0;
  let messagesPerSecond = 0;
  let latency: LatencySummary | undefined;
  return () => {
    const now = performance.now();
    if (now - takenAt >= keptMs) {
      messagesPerSecond = ((tally.answered - answeredBefore) / (now - takenAt)) * 1_000;
      latency = summarize(tally.recent);
      tally.recent.reset();
      answeredBefore = tally.answered;
      takenAt = now;
    }
    const at = stopping.aborted ? day.endsAt - day.midnight : playedMs(play, now);
    const isConnected = client.connectionsUp() > 0;
    const state = !isConnected ? "disconnected" : stopping.aborted ? "ending" : "playing";
    return { tally, at, messagesPerSecond, latency, openSessions: day.openSessions, state };
  };
};
