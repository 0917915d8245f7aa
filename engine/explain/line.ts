// A line of an explanation as people read it: what it is about, and a sentence.

export const topics = [
  "result",
  "what",
  "movement",
  "due",
  "use",
  "product",
  "tariff",
  "called",
  "network",
  "time",
  "price",
  "bucket",
  "step",
  "cap",
  "counter",
  "grant",
  "refusal",
  "validity",
  "balance",
  "rule",
  "problem",
] as const;
export type Topic = (typeof topics)[number];

export type Line = { readonly topic: Topic; readonly text: string };
