// Keeps the house in order: prints what breaks the rules that can be checked by a machine, and
// exits 1 when there is anything. The same runs as a test, so `npm test` fails in an untidy house.

import { fileURLToPath } from "node:url";
import { inspect, rules } from "./tidy/inspect.ts";
import { readWorkTree } from "./tidy/work-tree.ts";

const tree = readWorkTree(fileURLToPath(new URL("..", import.meta.url)));
const findings = inspect(tree);
for (const { path, line, rule, message } of findings) {
  console.error(`${path}:${line} ${rule} ${message}`);
}
if (findings.length > 0) process.exitCode = 1;
else console.log(`tidy: ${tree.length} files, ${rules.length} rules, nothing to put away`);
