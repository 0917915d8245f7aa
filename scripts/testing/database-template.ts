// What the database of each file of tests is cloned from: made once per run, by these steps.

import { migrateDatabase } from "../../bss/db/migrate.ts";

/** Told where the template is; it closes its connections, for what is in use cannot be cloned. */
export type TemplateStep = (url: string) => Promise<void>;

/** In this order. */
const templateSteps: readonly TemplateStep[] = [migrateDatabase];

export const prepareTemplate = async (
  url: string,
  steps: readonly TemplateStep[] = templateSteps,
): Promise<void> => {
  for (const step of steps) await step(url);
};
