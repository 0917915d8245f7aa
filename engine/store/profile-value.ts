// A whole profile as the journal keeps it: the list of balance/profile-wire.ts in MessagePack.

import { Packr, Unpackr } from "msgpackr";
import type { Profile } from "../balance/profile.ts";
import { profileToWire, type Wire, wireToProfile } from "../balance/profile-wire.ts";

const options = { useRecords: false, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

export const packProfile = (profile: Profile): Buffer =>
  Buffer.from(packr.pack(profileToWire(profile)));

export const unpackWire = (bytes: Uint8Array): Wire => unpackr.unpack(bytes) as Wire;

export const unpackProfile = (accountId: string, bytes: Uint8Array): Profile =>
  wireToProfile(accountId, unpackWire(bytes));
