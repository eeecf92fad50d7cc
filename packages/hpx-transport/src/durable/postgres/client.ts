/** The part of a pool or a client that is used: those of the package pg have it, and others with the same `query`. */
export interface PostgresClient {
  /** Runs one statement with values. */
  query(
    text: string,
    values: unknown[],
  ): PromiseLike<{
    /** What it returns. */
    readonly rows: readonly unknown[];
  }>;
}

/** The part of `sql` of the package postgres that is used; the `sql` of its transactions has it as well. */
export interface PostgresJs {
  /** Runs one statement with values. */
  unsafe(text: string, values: (string | number)[]): PromiseLike<readonly unknown[]>;
}

/** Runs one statement and resolves with its rows. */
export async function rowsOf(
  client: PostgresClient | PostgresJs,
  statement: string,
  values: (string | number)[],
): Promise<readonly unknown[]> {
  // pg has no unsafe(), and the sql of postgres has no query().
  if ("query" in client) return (await client.query(statement, values)).rows;
  return await client.unsafe(statement, values);
}
