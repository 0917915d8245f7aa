// A rate deck to the running Tollgate: uploaded, then published at one moment. Until then Ctrl-C
// changes nothing, and the same command goes on where it was interrupted.

import { openProgress } from "../../bench/report/progress.ts";
import type { Client } from "../../engine/protocol/client/client.ts";
import type { Refusal } from "../../engine/protocol/result-codes.ts";
import type { Result } from "../../engine/values/result.ts";
import { exitCodes } from "../exit-codes.ts";
import { connectAsBusiness, type LocalClient } from "../seed/local-client.ts";
import { complain, counted } from "../terminal-text.ts";
import { uploadIdOf, uploadParts } from "./upload-parts.ts";

export type DeckToSend = {
  readonly rateDeckId: string;
  readonly parts: readonly string[];
  /** Rows and zones, in words. */
  readonly counts: string;
};

/** Half a million rows are compiled within it by an engine that is busy charging. */
const publishMsMax = 60_000;

/** The exit code. */
export const sendDeck = async (deck: DeckToSend): Promise<number> => {
  const connected = connectAsBusiness();
  if (!connected.isOk) {
    complain("deck", connected.error.message);
    return connected.error.exitCode;
  }
  const interruption = listenForInterruption();
  try {
    return await sendOver(connected.value, deck, interruption.signal);
  } finally {
    await connected.value.client.close();
    interruption.end();
  }
};

const sendOver = async (
  { client, url }: LocalClient,
  { rateDeckId, parts, counts }: DeckToSend,
  signal: AbortSignal,
): Promise<number> => {
  const uploaded = await upload(client, rateDeckId, parts, signal);
  if (!uploaded.isOk) return failed(uploaded.error, url);
  if (signal.aborted) {
    complain(
      "deck",
      "interrupted; nothing is published, and within an hour the same command goes on",
    );
    return exitCodes.interrupted;
  }
  const published = await client.publishRateDeck(
    { rateDeckId, uploadId: uploadIdOf(parts), parts: parts.length },
    { deadlineMs: publishMsMax },
  );
  if (!published.isOk) return failed(published.error, url);
  const { deckVersion, isChanged, tariffVersion } = published.value;
  const outcome = isChanged ? "published" : "published already, and unchanged";
  const versions = `version ${deckVersion}, from publication ${tariffVersion} on`;
  process.stdout.write(`${rateDeckId}: ${counts}; ${outcome}: ${versions}\n`);
  return exitCodes.good;
};

const upload = async (
  client: Client,
  rateDeckId: string,
  parts: readonly string[],
  signal: AbortSignal,
): Promise<Result<number, Refusal>> => {
  const progress = openProgress();
  progress.begin("uploading");
  const onPart = (there: number) =>
    progress.show(there / parts.length, `${there} of ${counted(parts.length, "part")}`);
  const sent = await uploadParts(client, { rateDeckId, parts, signal, onPart });
  const before = sent.isOk && sent.value > 0 ? `, ${sent.value} of them before` : "";
  const isWhole = sent.isOk && !signal.aborted;
  progress.end(isWhole ? `${counted(parts.length, "part")}${before}` : "not to its end");
  return sent;
};

const failed = ({ code, detail }: Refusal, url: string): number => {
  const isAway = code === "UNREACHABLE";
  complain(
    "deck",
    isAway ? `no engine at ${url}; start it: npm start` : `${code} ${detail}`.trimEnd(),
  );
  return exitCodes.failed;
};

/** The first Ctrl-C ends the upload after the parts under way; the second one ends at once. */
const listenForInterruption = () => {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    end: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
};
