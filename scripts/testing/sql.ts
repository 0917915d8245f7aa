// Statements of tests, written as templates whose values become parameters. What comes back are the
// rows; a statement of several, parted by semicolons, takes no values.

import { Pool } from "pg";

type Row = Readonly<Record<string, unknown>>;

export type Sql = {
  // Tests know what they select: a type here would only repeat it.
  // biome-ignore lint/suspicious/noExplicitAny: the columns are those of the statement
  (text: TemplateStringsArray, ...values: readonly unknown[]): Promise<Record<string, any>[]>;
  /** One statement as it stands. */
  plain(text: string): Promise<readonly Row[]>;
  end(): Promise<void>;
};

export const openSql = (url: string, connectionsMax = 4): Sql => {
  const pool = new Pool({ connectionString: url, max: connectionsMax });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const ask = (text: TemplateStringsArray, ...values: readonly unknown[]) => {
    const numbered = text.reduce((sum, part, index) => `${sum}$${index}${part}`);
    return pool.query(numbered, [...values]).then(({ rows }) => rows);
  };
  return Object.assign(ask, {
    plain: async (text: string) => (await pool.query(text)).rows,
    end: () => pool.end(),
  });
};
