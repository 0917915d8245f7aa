// A definition's file, as far as it is read: Swagger 2 with the few of its words that TM Forum
// uses. Which definitions an operation names, which it reaches, and in which order they can be
// written.

export type Property = {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly minItems?: number;
};

export type Definition = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
};

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Property;
};

export type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly schema?: Property }>>;
};

export type Source = {
  readonly info: { readonly title: string; readonly version: string };
  readonly basePath: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, Definition>>;
};

/** The definition that a property is, or is a list of. */
export const targetOf = ({ $ref, items }: Property): string | undefined =>
  ($ref ?? items?.$ref)?.replace("#/definitions/", "");

export const definitionOf = (source: Source, name: string): Definition => {
  const found = source.definitions[name];
  if (found === undefined) throw new Error(`no definition of ${name}`);
  return found;
};

/** The definitions that another one names, as often as it does. */
export const targetsOf = (definition: Definition): readonly string[] =>
  Object.values(definition.properties ?? {})
    .map(targetOf)
    .filter((target) => target !== undefined);

export const isHub = (path: string): boolean => path.startsWith("/hub");
export const isListener = (path: string): boolean => path.startsWith("/listener");

/** What an operation takes and answers when all is well. */
export const namedBy = ({ parameters = [], responses }: Operation): readonly string[] => {
  const bodies = parameters.map(({ schema }) => schema);
  const answers = Object.entries(responses)
    .filter(([code]) => code.startsWith("2"))
    .map(([, { schema }]) => schema);
  return [...bodies, ...answers]
    .map((schema) => schema && targetOf(schema))
    .filter((target) => target !== undefined);
};

/** The definitions that operations below the paths name: the resources in their forms. */
export const resourcesOf = (source: Source, isMeant: (path: string) => boolean): string[] => {
  const operations = Object.entries(source.paths)
    .filter(([path]) => isMeant(path))
    .flatMap(([, methods]) => Object.values(methods));
  return [...new Set(operations.flatMap(namedBy))];
};

/** The names and all that they reach; what is reached stands before who reaches it. */
export const reachedFrom = (
  names: readonly string[],
  targetsOfName: (name: string) => readonly string[],
): string[] => {
  const seen = new Set<string>();
  const ordered: string[] = [];
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    targetsOfName(name).forEach(visit);
    ordered.push(name);
  };
  names.forEach(visit);
  return ordered;
};
