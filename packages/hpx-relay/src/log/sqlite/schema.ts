import type { MarkerKind } from "../../marks.js";
import type { LogRecord, Tail } from "../log.js";

/**
 * The one table of the log. Others may read it while the relay runs. The columns are the marks of `marks.ts`; `data` is the
 * event's data in UTF-8.
 */
export const SCHEMA = `
create table if not exists messages (
  pos integer primary key,
  source text not null,
  n integer not null,
  event text not null,
  id text not null,
  after integer not null,
  at integer not null,
  hash text not null,
  kind text,
  facts text,
  tag text,
  data blob not null
);
create index if not exists messages_source_pos on messages (source, pos);
`;

/** The columns in the order of the table, for an insert and a record. */
export const COLUMNS = "pos, source, n, event, id, after, at, hash, kind, facts, tag, data";

/** The same without the facts and the data. */
export const TAIL_COLUMNS = "pos, source, n, event, id, after, at, hash, kind, tag";

/** A row of the table. */
export type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

/** The message of a row without its data. */
export function tailOf(row: Row): Tail {
  return {
    pos: row["pos"] as number,
    source: row["source"] as string,
    n: row["n"] as number,
    event: row["event"] as string,
    id: row["id"] as string,
    after: row["after"] as number,
    at: row["at"] as number,
    hash: row["hash"] as string,
    kind: (row["kind"] ?? undefined) as MarkerKind | undefined,
    tag: (row["tag"] ?? undefined) as string | undefined,
  };
}

/** The message of a row. */
export function recordOf(row: Row): LogRecord {
  return {
    ...tailOf(row),
    facts: (row["facts"] ?? undefined) as string | undefined,
    data: (row["data"] ?? new Uint8Array()) as Uint8Array,
  };
}
