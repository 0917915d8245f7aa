// No import cycles, type-only ones included: two files that need each other are one file, or miss a
// third.

import type { Complaint, Rule, Tree, TreeFile } from "./rule.ts";

/** Walks the imports in depth; an import of a file that is still being walked closes a cycle. */
export const findCycles = (tree: Tree): Complaint[] => {
  const files = new Map(tree.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: Complaint[] = [];
  const walk = (file: TreeFile, trail: readonly string[]): void => {
    const here = [...trail, file.path];
    for (const { line, target } of file.imports) {
      const next = target === undefined ? undefined : files.get(target);
      if (next === undefined) continue;
      if (here.includes(next.path)) {
        const circle = [...here.slice(here.indexOf(next.path)), next.path].join(" → ");
        cycles.push({ path: file.path, line, message: `import cycle: ${circle}` });
      } else if (!done.has(next.path)) walk(next, here);
    }
    done.add(file.path);
  };
  for (const file of tree) if (!done.has(file.path)) walk(file, []);
  return cycles;
};

export const cyclesRule: Rule = { name: "cycles", check: findCycles };
