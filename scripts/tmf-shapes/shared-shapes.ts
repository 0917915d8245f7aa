// Which shapes several APIs have alike: the same name, the same text, and the same of all that they
// refer to. Where a name means different things the most frequent one is shared.

import type { Planned } from "./plan.ts";
import { reachedFrom } from "./source.ts";

/** The text of a shape and of all that it refers to. */
const wholeTexts = (plan: readonly Planned[]): ReadonlyMap<string, string> => {
  const byName = new Map(plan.map((planned) => [planned.name, planned]));
  const gather = (name: string, into: Set<string>): Set<string> => {
    const planned = byName.get(name);
    const text = `${name} = ${planned?.text}`;
    if (planned === undefined || into.has(text)) return into;
    into.add(text);
    for (const other of planned.refers) gather(other, into);
    return into;
  };
  return new Map(plan.map(({ name }) => [name, [...gather(name, new Set())].join("\n")]));
};

export type Shared = {
  /** In an order in which each stands after what it needs. */
  readonly shapes: readonly Planned[];
  /** Of one API: the names that it takes from there. */
  readonly namesOf: (plan: readonly Planned[]) => ReadonlySet<string>;
};

type Candidate = { readonly planned: Planned; readonly text: string; count: number };

/** Of each name the text that most APIs have, where that is more than one. */
const findFrequent = (
  plans: readonly (readonly Planned[])[],
  textOf: (plan: readonly Planned[], name: string) => string,
): Map<string, Candidate> => {
  const candidates = new Map<string, Candidate>();
  for (const plan of plans) {
    for (const planned of plan.filter(({ isResource }) => !isResource)) {
      const text = textOf(plan, planned.name);
      const candidate = candidates.get(text) ?? { planned, text, count: 0 };
      candidate.count += 1;
      candidates.set(text, candidate);
    }
  }
  const frequent = [...candidates.values()]
    .filter(({ count }) => count > 1)
    .sort((a, b) => a.count - b.count);
  return new Map(frequent.map((candidate) => [candidate.planned.name, candidate]));
};

export const findShared = (plans: readonly (readonly Planned[])[]): Shared => {
  const texts = new Map(plans.map((plan) => [plan, wholeTexts(plan)]));
  const textOf = (plan: readonly Planned[], name: string) => texts.get(plan)?.get(name) ?? "";
  const frequent = findFrequent(plans, textOf);
  const isChosen = (plan: readonly Planned[], name: string): boolean =>
    frequent.get(name)?.text === textOf(plan, name);
  // What refers to another variant than the chosen one stays where it is, and so on upwards.
  for (let before = -1; before !== frequent.size; ) {
    before = frequent.size;
    for (const [name, { planned }] of frequent) {
      const home = plans.find((plan) => plan.includes(planned)) ?? [];
      if (!planned.refers.every((other) => isChosen(home, other))) frequent.delete(name);
    }
  }
  const shapes = [...frequent.values()].map(({ planned }) => planned);
  return {
    shapes: inOrder(shapes),
    namesOf: (plan) => new Set(plan.map(({ name }) => name).filter((name) => isChosen(plan, name))),
  };
};

const inOrder = (shapes: readonly Planned[]): readonly Planned[] => {
  const byName = new Map(shapes.map((shape) => [shape.name, shape]));
  const names = reachedFrom([...byName.keys()].sort(), (name) => byName.get(name)?.refers ?? []);
  return names.map((name) => byName.get(name)).filter((shape) => shape !== undefined);
};
