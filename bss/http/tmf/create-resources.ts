// Many resources of a kind in one statement, for imports: the domain has decided on each already,
// and knows that what they refer to is there. Audit and events are written as of any other.

import { getTableName } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { dated, rowOf, tell } from "./change-resource.ts";
import { hrefOf, type ResourceKind } from "./resource-kind.ts";
import type { Document } from "./resource-table.ts";

export type NewResource = {
  readonly id: string;
  readonly body: Document;
  /** Where another domain gives it. */
  readonly owner?: string;
};

/** As Postgres reads an array; blind indexes are of letters, digits and colons. */
const arrayText = (keys: readonly string[]): string => `{${keys.join()}}`;

/** Throws where an id is there already: whoever brings ids makes new ones. */
export const createResources = async (
  context: Context,
  kind: ResourceKind,
  resources: readonly NewResource[],
): Promise<void> => {
  if (resources.length === 0) return;
  const { now } = context;
  const rows = resources.map(({ id, body, owner }) => {
    const given = { id, href: hrefOf(kind, id), "@type": kind.type, ...body };
    const document = dated(kind, given, now);
    return { id, given: document, owner: owner ?? null, ...rowOf(kind, document, now) };
  });
  await context.statements.query(
    `INSERT INTO ${getTableName(kind.table)}
      (id, revision, owner, search_keys, document, created_at, updated_at)
    SELECT id, 1, owner, keys::text[], document::jsonb, $1, $1
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS n (id, owner, keys, document)`,
    [
      now,
      rows.map(({ id }) => id),
      rows.map(({ owner }) => owner),
      rows.map(({ searchKeys }) => arrayText(searchKeys)),
      rows.map(({ document }) => JSON.stringify(document)),
    ],
  );
  for (const { id, given, document } of rows) {
    context.record({
      ...{ entity: kind.name, entityId: id, action: "create" },
      ...{ before: null, after: document },
    });
    tell(context, kind, "Create", given);
  }
};
