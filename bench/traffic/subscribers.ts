// The operator's own subscribers: number n always has the same MSISDN and IMSI, so that whoever
// fills a database and whoever plays traffic into it agree without a list.

import { assert } from "../../engine/values/assert.ts";
import { homeNetwork } from "./destinations.ts";

/** +49 151 is a German mobile prefix with eight digits behind it. */
const mobilePrefix = "49151";
export const subscribersMax = 100_000_000;

export type Subscriber = {
  /** As GPSI and SUPI of TS 29.571: `msisdn-` and E.164 digits, `imsi-` and fifteen digits. */
  readonly msisdn: string;
  readonly imsi: string;
};

export const subscriberAt = (index: number): Subscriber => {
  assert(Number.isInteger(index) && index >= 0 && index < subscribersMax, `subscriberAt: ${index}`);
  const digits = String(index).padStart(8, "0");
  return { msisdn: `msisdn-${mobilePrefix}${digits}`, imsi: `imsi-${homeNetwork}00${digits}` };
};
