// Connections to subscribers. A name is resolved here, every address that it has is judged, and the
// connection is made to what was judged: nobody can give one address to the check and another to
// the connection. Connections are kept for the next delivery; no redirect is ever followed.

import { lookup as lookupOfSystem, Resolver } from "node:dns/promises";
import { type ClientRequestArgs, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import { limits } from "../limits.ts";
import { isCallable, type Networks } from "./callback-address.ts";

export type CallbackConnections = {
  /** What a request to that URL needs besides its method and headers. */
  optionsFor(url: URL): Pick<ClientRequestArgs, "agent" | "lookup">;
  /** For the one address of a connection that was made: the last look before anything is sent. */
  isAllowed(address: string): boolean;
  close(): void;
};

type Address = { readonly address: string; readonly family: number };
/** All addresses of a name; rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly Address[]>;

export const openCallbackConnections = (
  privateNetworks: Networks,
  resolve: Resolve = createResolve(),
): CallbackConnections => {
  const agentOptions = {
    keepAlive: true,
    maxFreeSockets: limits.callbackIdleSocketsMax,
    timeout: limits.callbackIdleMsMax,
    scheduling: "lifo",
  } as const;
  const http = new HttpAgent(agentOptions);
  const https = new HttpsAgent(agentOptions);
  const isAllowed = (address: string) => isCallable(address, privateNetworks);

  const lookup: LookupFunction = (name, { all }, callback) => {
    resolve(name).then(
      (found) => {
        // One that is not allowed among others that are: whoever has made that means no good.
        const [first] = found;
        if (first === undefined || !found.every(({ address }) => isAllowed(address))) {
          callback(new Error("the name leads to an address that is not called"), "", 0);
        } else if (all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };

  return {
    optionsFor: ({ protocol }) => ({ agent: protocol === "https:" ? https : http, lookup }),
    isAllowed,
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
};

/**
 * By DNS, and where that knows nothing by the system, which knows more (its hosts file) but asks
 * in one of four threads that all of Node shares: names whose servers are silent, or many of them,
 * would hold up everybody. DNS's silence is final, and few may wait for the system.
 */
const createResolve = (): Resolve => {
  const resolver = new Resolver({
    timeout: limits.callbackDnsMsMax,
    tries: limits.callbackDnsTriesMax,
  });
  let asking = 0;
  const askSystem = async (name: string) => {
    if (asking >= limits.callbackSystemLookupsMax) throw new Error("too many names are looked up");
    asking++;
    try {
      return await lookupOfSystem(name, { all: true });
    } finally {
      asking--;
    }
  };
  return async (name) => {
    const asked = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = asked.flatMap((one, at) => {
      if (one.status === "rejected") return [];
      return one.value.map((address) => ({ address, family: at === 0 ? 4 : 6 }));
    });
    if (found.length > 0) return found;
    const silent = asked.find((one) => one.status === "rejected" && isSilence(one.reason));
    if (silent?.status === "rejected") throw silent.reason;
    return askSystem(name);
  };
};

const isSilence = ({ code }: NodeJS.ErrnoException): boolean => code === "ETIMEOUT";
