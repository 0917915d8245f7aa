// What is to be written of an API: each shape with its text and what it refers to, in an order in
// which each stands after what it needs.

import { isAny, isObject, patchName, shapeText } from "./shape-text.ts";
import {
  definitionOf,
  isHub,
  isListener,
  reachedFrom,
  resourcesOf,
  type Source,
  targetOf,
} from "./source.ts";

export type Planned = {
  readonly name: string;
  /** Of the zod, without its declaration. */
  readonly text: string;
  /** Names of other shapes that the text has. */
  readonly refers: readonly string[];
  /** A resource in one of its forms belongs to its API, however alike another one's may be. */
  readonly isResource: boolean;
};

const isUpdate = (name: string): boolean => name.endsWith("_Update");
const isPatch = (name: string): boolean => name.endsWith("_Patch");
const isPatchForm = (name: string): boolean => isUpdate(name) || isPatch(name);

/** The definition that a shape is made of. */
const definitionName = (shape: string): string => shape.replace(/_Patch$/, "");

const refersTo = (source: Source, shape: string): string[] =>
  Object.values(definitionOf(source, definitionName(shape)).properties ?? {}).flatMap(
    (property) => {
      const target = targetOf(property);
      if (target === undefined || isAny(definitionOf(source, target))) return [];
      const isMerged =
        isPatchForm(shape) && property.items === undefined && isObject(source, target);
      return [isMerged ? patchName(target) : target];
    },
  );

/** A patch must not remove what a resource has to have, nor what has to be given for a new one. */
const requiredOf = (source: Source, shape: string): readonly string[] => {
  const name = definitionName(shape);
  if (!isUpdate(name)) return definitionOf(source, name).required ?? [];
  const resource = name.replace(/_Update$/, "");
  const forms = [source.definitions[resource], source.definitions[`${resource}_Create`]];
  return forms.flatMap((form) => form?.required ?? []);
};

export const planOf = (source: Source): readonly Planned[] => {
  const resources = resourcesOf(source, (path) => !isHub(path) && !isListener(path));
  const ordered = reachedFrom(resources, (shape) => refersTo(source, shape));
  return ordered.map((shape, index) => {
    const refers = refersTo(source, shape);
    const form = isPatchForm(shape) ? "patch" : "whole";
    const later = new Set(ordered.slice(index).filter((name) => refers.includes(name)));
    const required = requiredOf(source, shape);
    return {
      name: shape,
      text: shapeText({ source, form, later }, definitionName(shape), required),
      refers: [...new Set(refers)],
      isResource: resources.includes(shape),
    };
  });
};
