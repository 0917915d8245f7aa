// All rules of the house, and what they find in a tree.

import { banRules } from "./bans.ts";
import { cyclesRule } from "./cycles.ts";
import { layersRule, roomsRule } from "./layers.ts";
import { mapsRule } from "./maps.ts";
import { drawersRule, kebabCaseRule, topLevelRule } from "./names.ts";
import { luaContractRule, openingRule } from "./openings.ts";
import { oneEdgeRule, packagesRule } from "./packages.ts";
import { purityRule } from "./purity.ts";
import type { Finding, Rule, Tree } from "./rule.ts";
import { columnsRule, fileSizeRule, medianSizeRule } from "./sizes.ts";
import { switchRule } from "./switches.ts";
import { applyWaivers } from "./waivers.ts";

export const rules: readonly Rule[] = [
  layersRule,
  roomsRule,
  purityRule,
  packagesRule,
  oneEdgeRule,
  cyclesRule,
  drawersRule,
  kebabCaseRule,
  topLevelRule,
  fileSizeRule,
  columnsRule,
  medianSizeRule,
  openingRule,
  luaContractRule,
  switchRule,
  mapsRule,
  ...banRules,
];

/** Everything that is untidy in a tree, by path and line. */
export const inspect = (tree: Tree): Finding[] => {
  const findings = rules.flatMap((rule) =>
    rule.check(tree).map((complaint) => ({ ...complaint, rule: rule.name })),
  );
  return applyWaivers(tree, findings).sort(
    (a, b) => a.path.localeCompare(b.path) || a.line - b.line || a.rule.localeCompare(b.rule),
  );
};
