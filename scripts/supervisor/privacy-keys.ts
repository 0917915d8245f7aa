// The keys of personal data: a file of yours where PRIVACY_KEYS_FILE names one, else one in the
// data folder, made at the first start and never again.

import { makeKeyFile, openKeyRing } from "../../bss/privacy/index.ts";
import { ok } from "../../engine/values/result.ts";
import type { DataFolder } from "./data-folder.ts";
import { errorCode, failed, type Step } from "./ending.ts";

/** Where they are. */
export const preparePrivacyKeys = (
  { privacyKeys }: Pick<DataFolder, "privacyKeys">,
  env: NodeJS.ProcessEnv = process.env,
): Step<string> => {
  const given = env["PRIVACY_KEYS_FILE"]?.trim();
  const file = given || privacyKeys;
  try {
    if (!given) makeKeyFile(file);
  } catch (error) {
    return failed(`cannot write ${file} (${errorCode(error)}); check its owner`);
  }
  const ring = openKeyRing(file);
  if (ring.isOk) return ok(file);
  return failed(`${ring.error}; put it back from your copy: without it personal data is lost`);
};
