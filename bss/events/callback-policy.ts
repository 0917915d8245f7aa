// Which callbacks a subscriber may name. What stands in a URL is judged when it is registered; what
// its name resolves to, each time a connection is made (callback-connections.ts).

import { isIP } from "node:net";
import { assert } from "../../engine/values/assert.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { isCallable, type Networks, readNetworks } from "./callback-address.ts";

export type CallbackPolicy = {
  /** Without TLS whoever is on the way reads all, and may answer in the subscriber's name. */
  readonly isHttpAllowed: boolean;
  /** Not of the public internet, and called all the same. */
  readonly privateNetworks: Networks;
};

/** Of settings that were read: what is no network by now is a defect. */
export const callbackPolicy = (
  isHttpAllowed: boolean,
  networks: readonly string[],
): CallbackPolicy => {
  const privateNetworks = readNetworks(networks);
  assert(privateNetworks.isOk, "the networks were not checked when they were read");
  return { isHttpAllowed, privateNetworks: privateNetworks.value };
};

/** The URL as it will be called; the error is a sentence for whoever gave it. */
export const readCallback = (text: string, policy: CallbackPolicy): Result<URL, string> => {
  if (text.length > limits.callbackCharactersMax) {
    return err(`it is longer than ${limits.callbackCharactersMax} characters`);
  }
  if (!URL.canParse(text)) return err("it is no absolute URL");
  const url = new URL(text);
  const isHttp = url.protocol === "http:";
  if (url.protocol !== "https:" && !isHttp) return err("it is no https URL");
  if (isHttp && !policy.isHttpAllowed) return err("it is no https URL: http is not allowed here");
  if (url.username !== "" || url.password !== "") return err("it has credentials in it");
  if (url.hash !== "") return err("it has a fragment, which is never sent");
  const address = literalOf(url);
  if (address !== undefined && !isCallable(address, policy.privateNetworks)) {
    return err("it is no address of the public internet");
  }
  return ok(url);
};

/** The address that a URL names outright. Every notation of IPv4 is dotted in it by now. */
export const literalOf = ({ hostname }: URL): string | undefined => {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 ? undefined : bare;
};
