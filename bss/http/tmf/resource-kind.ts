// A kind of TMF resource as data: where it stands, its shapes, who may, the rules of its domain.
// Routes, verbs, events and documentation are made from it in the same way for all kinds.

import type { SQL } from "drizzle-orm";
import type { z } from "zod";
import type { Actor, Context } from "../../context.ts";
import type { Permission } from "../../permissions.ts";
import type { Answered } from "../problem.ts";
import type { AttributeFilter } from "./attribute-filter.ts";
import type { Document, ResourceTable } from "./resource-table.ts";

export type TmfApi = {
  /** As in `/tmf-api/productCatalogManagement/v4`. */
  readonly basePath: string;
  /** As events name it: `productCatalogManagement`. */
  readonly domain: string;
  /** As the documentation names it: `TMF620 Product Catalog`. */
  readonly tag: string;
};

/** Where documents of a kind refer to others. */
export type ReferencePlace = {
  /** Steps to the reference; `*` stands for each of a list. */
  readonly path: readonly string[];
  /** Kinds by name; where there are several, `@referredType` says which. */
  readonly to: readonly string[];
};

export type ResourceMethod = "list" | "get" | "create" | "patch" | "delete";

export type ResourceKind = {
  readonly api: TmfApi;
  /** As in paths and events: `productOffering`. */
  readonly name: string;
  /** As in `@type` where the asker says no other: `ProductOffering`. */
  readonly type: string;
  readonly table: ResourceTable;
  readonly shapes: {
    readonly create: z.ZodObject;
    readonly update: z.ZodObject;
    readonly whole: z.ZodObject;
  };
  readonly permissions: { readonly read: Permission; readonly write: Permission };
  readonly methods: readonly ResourceMethod[];
  /** Whose change is an event of its own: `lifecycleStatus`, `status`. */
  readonly stateField?: string;
  /** Whether the definition has `lastUpdate`. */
  readonly hasLastUpdate?: boolean;
  /**
   * What becomes of a document that is to be saved: the domain's rules, and what it derives. It has
   * `id` and `href`; `before` is undefined where it comes to be.
   */
  readonly decide?: (
    context: Context,
    change: { readonly before: Document | undefined; readonly after: Document },
  ) => Promise<Answered<Document>>;
  readonly mayDelete?: (context: Context, document: Document) => Promise<Answered<void>>;
  /** The customer whose it is. */
  readonly ownerOf?: (document: Document) => string | undefined;
  /** The document does not tell whose it is: another domain gives it, in the column alone. */
  readonly isOwnerGiven?: boolean;
  readonly references?: readonly ReferencePlace[];
  /** As those who refer to it call it; else its `name`. */
  readonly nameOf?: (document: Document) => string | undefined;
  /** Of one that is gone: the one that it became. */
  readonly successorOf?: (context: Context, id: string) => Promise<string | undefined>;
  /** Personal data is kept and audited sealed, and shown as the actor may see it. */
  readonly privacy?: {
    readonly seal: (document: Document) => {
      readonly document: Document;
      readonly searchKeys: readonly string[];
    };
    readonly open: (document: Document, actor: Actor) => Document;
    /**
     * The blind indexes of a filter on what is sealed; undefined: it is not sealed; none: it cannot
     * be found by this.
     */
    readonly keysOf: (filter: AttributeFilter) => readonly string[] | undefined;
  };
  /** Beyond the filters: what lists hold back. */
  readonly listed?: (context: Context) => SQL | undefined;
};

export const pathOf = ({ api, name }: ResourceKind): string => `${api.basePath}/${name}`;

export const hrefOf = (kind: ResourceKind, id: string): string => `${pathOf(kind)}/${id}`;

/** Of what came sealed from the table, as this actor may see it. */
export const shownOf = (kind: ResourceKind, stored: Document, actor: Actor): Document =>
  kind.privacy === undefined ? stored : kind.privacy.open(stored, actor);

export type ResourceEvent = "Create" | "AttributeValueChange" | "StateChange" | "Delete";

/** As TMF630 names them: `ProductOfferingStateChangeEvent`. */
export const eventTypeOf = ({ name }: ResourceKind, event: ResourceEvent): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}${event}Event`;

/** All that there ever are of a kind. */
export const eventTypesOf = (kind: ResourceKind): readonly string[] => {
  const { methods, stateField } = kind;
  const events: readonly (ResourceEvent | undefined)[] = [
    methods.includes("create") ? "Create" : undefined,
    methods.includes("patch") ? "AttributeValueChange" : undefined,
    methods.includes("patch") && stateField !== undefined ? "StateChange" : undefined,
    methods.includes("delete") ? "Delete" : undefined,
  ];
  return events.filter((event) => event !== undefined).map((event) => eventTypeOf(kind, event));
};
