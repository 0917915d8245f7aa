// Where drizzle-kit finds the schema, and where it writes migrations:
// npx drizzle-kit generate --name add_bucket

import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./bss/**/schema.ts",
  out: "./bss/db/migrations",
});
