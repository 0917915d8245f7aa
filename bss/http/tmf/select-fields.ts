// `fields=id,name,validFor.startDateTime`: of a resource what is asked for, and what says which one
// it is (TMF630 §4.3); `fields=none` leaves only that.

type Document = Readonly<Record<string, unknown>>;

const always = ["id", "href", "@type"];

export const selectFields = (
  document: Document,
  fields: readonly string[] | undefined,
): Document => {
  if (fields === undefined) return document;
  const selected: Record<string, unknown> = {};
  for (const name of always) if (name in document) selected[name] = document[name];
  for (const field of fields) {
    const [name = "", ...rest] = field.split(".");
    if (!Object.hasOwn(document, name)) continue;
    if (rest.length === 0) selected[name] = document[name];
    else selected[name] = merge(selected[name], within(document[name], rest.join(".")));
  }
  return selected;
};

const isObject = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const within = (value: unknown, field: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => within(one, field));
  if (!isObject(value)) return value;
  const [name = "", ...rest] = field.split(".");
  if (!Object.hasOwn(value, name)) return {};
  return { [name]: rest.length === 0 ? value[name] : within(value[name], rest.join(".")) };
};

/** Two selections of the same value. */
const merge = (one: unknown, other: unknown): unknown => {
  if (one === undefined) return other;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.map((value, index) => merge(value, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return one;
  const merged: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) merged[name] = merge(merged[name], value);
  return merged;
};
