// Every fault there is, in the order of the table.

import type { Fault } from "./fault.ts";
import { linkFaults } from "./link-faults.ts";
import { processFaults } from "./process-faults.ts";
import { createRestartFaults } from "./restart-faults.ts";
import { storeFaults } from "./store-faults.ts";

export const createFaults = (): readonly Fault[] => [
  ...processFaults,
  ...linkFaults,
  ...storeFaults,
  ...createRestartFaults(),
];
