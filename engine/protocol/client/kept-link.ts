// A connection that comes back: one link to one endpoint, opened again with growing, random
// delays. A server that says it is draining is spared new requests at once, and left to close.

import { limits } from "../../limits.ts";
import type { WireMessage } from "../messages.ts";
import { reconnectDelayMs } from "./delays.ts";
import { type Link, type LinkEnd, openLink } from "./link.ts";
import type { CheckedSettings } from "./settings.ts";

export type KeptLink = {
  readonly endpoint: string;
  readonly seed: number;
  /** Takes new requests: open and not draining. */
  isUp: boolean;
  send(message: WireMessage): void;
  /** No new requests until it has been closed and opened again. */
  drain(): void;
  /** For good. */
  close(): Promise<void>;
};

export type KeptLinkHandlers = {
  onUp(kept: KeptLink): void;
  onAnswer(kept: KeptLink, correlation: number, message: WireMessage): void;
  onNotice(kept: KeptLink, message: WireMessage): void;
  /**
   * What was sent and is unanswered has an unknown outcome. Also for attempts that never opened.
   */
  onDown(kept: KeptLink, reason: string): void;
};

export function keepLink(
  endpoint: string,
  seed: number,
  settings: CheckedSettings,
  handlers: KeptLinkHandlers,
): KeptLink {
  let link: Link | undefined;
  let attempt = 0;
  let openedAt = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let onClosed: (() => void) | undefined;

  const kept: KeptLink = {
    endpoint,
    seed,
    isUp: false,
    send: (message) => link?.send(message),
    drain() {
      if (!kept.isUp) return;
      kept.isUp = false;
      // A server that drains closes; should it not, this side does.
      timer = setTimeout(() => link?.close(), limits.drainMsMax);
    },
    close() {
      kept.isUp = false;
      clearTimeout(timer);
      if (link === undefined) return Promise.resolve();
      link.close();
      return new Promise((resolve) => {
        onClosed = resolve;
      });
    },
  };

  const open = () => {
    openedAt = Number.POSITIVE_INFINITY;
    link = openLink(
      {
        endpoint,
        token: settings.token,
        tls: settings.tls,
        pingIntervalMs: settings.pingIntervalMs,
      },
      { onOpen, onAnswer, onNotice, onClose },
    );
  };
  const onOpen = () => {
    openedAt = performance.now();
    kept.isUp = onClosed === undefined;
    if (kept.isUp) handlers.onUp(kept);
  };
  const onAnswer = (correlation: number, message: WireMessage) =>
    handlers.onAnswer(kept, correlation, message);
  const onNotice = (message: WireMessage) => handlers.onNotice(kept, message);
  const onClose = ({ code, reason }: LinkEnd) => {
    link = undefined;
    kept.isUp = false;
    clearTimeout(timer);
    // Who accepts and hangs up at once is not taken for well again.
    if (performance.now() - openedAt > limits.clientReconnectMsMax) attempt = 0;
    if (onClosed === undefined)
      timer = setTimeout(open, reconnectDelayMs(attempt++, Math.random()));
    handlers.onDown(kept, `${code}${reason === "" ? "" : ` ${reason}`}`);
    onClosed?.();
  };
  open();
  return kept;
}
