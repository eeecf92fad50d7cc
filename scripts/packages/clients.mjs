/** Clients of databases that quick starts import, in the versions of test/stores/ of hpx-transport. */
export const clients = [
  "pg@8.23.1",
  "@types/pg@8.23.1",
  "redis@6.3.1",
  "@nats-io/kv@3.3.1",
  "@nats-io/transport-node@3.3.1",
];

/** What quick starts use of node:sqlite: the types of Node 20 do not have it. */
export const nodeSqlite = `declare module "node:sqlite" {
  type Value = null | number | bigint | string | NodeJS.ArrayBufferView;
  interface StatementSync {
    get(...values: Value[]): Record<string, unknown> | undefined;
    run(...values: Value[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  }
  class DatabaseSync {
    constructor(path: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
  }
}
`;
