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

/** The columns in the order of the table, without the last one. */
export const COLUMNS_BUT_DATA = "pos, source, n, event, id, after, at, hash, kind, facts, tag";

/** The columns in the order of the table. */
export const COLUMNS: string = `${COLUMNS_BUT_DATA}, data`;

/** The columns of a tail. */
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

/** A row of {@link COLUMNS_BUT_DATA}, and the length of its data. */
export type ArrayRow = readonly [
  pos: number,
  source: string,
  n: number,
  event: string,
  id: string,
  after: number,
  at: number,
  hash: string,
  kind: MarkerKind | null,
  facts: string | null,
  tag: string | null,
  length: number,
];

/** The message of a row with its data. */
export function recordOf(row: ArrayRow, data: Uint8Array): LogRecord {
  return {
    pos: row[0],
    source: row[1],
    n: row[2],
    event: row[3],
    id: row[4],
    after: row[5],
    at: row[6],
    hash: row[7],
    kind: row[8] ?? undefined,
    facts: row[9] ?? undefined,
    tag: row[10] ?? undefined,
    data,
  };
}
