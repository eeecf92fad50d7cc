// better-sqlite3 alone: rows like those of the relay, with the same table and index, in transactions of 4,500; then all of them
// read again. The figures are events a second.
import { createRequire } from "node:module";
import { measured } from "../speed.js";
import { SCHEMA } from "./schema.js";

interface Statement {
  run(...values: readonly unknown[]): unknown;
  raw(): Statement;
  iterate(): Iterable<unknown>;
}
interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

const { path, events, sources } = JSON.parse(process.argv[2] ?? "") as {
  path: string;
  events: number;
  sources: number;
};
const Database = createRequire(import.meta.url)("better-sqlite3") as new (path: string) => Database;
const database = new Database(path);
database.exec(`pragma journal_mode = wal; pragma synchronous = full; ${SCHEMA}`);
const insert = database.prepare("insert into messages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
const data = Buffer.alloc(118, "x");

function write(from: number, until: number): void {
  for (let pos = from; pos <= until;) {
    database.exec("begin");
    for (let row = 0; row < 4500 && pos <= until; row += 1, pos += 1) {
      const source = `s${pos % sources}`;
      const n = Math.floor(pos / sources);
      insert.run(pos, source, n, "trade", String(n), 0, 1.8e12, "0123456789abcdef", null, null, null, data);
    }
    database.exec("commit");
  }
}

write(1, events / 10);
const writes = await measured(() => write(events / 10 + 1, events), events * 0.9);
const reads = await measured(() => {
  let count = 0;
  for (const _ of database.prepare("select * from messages order by pos").raw().iterate()) count += 1;
  if (count !== events) throw new Error(`${count} rows`);
}, events);
database.close();
process.send?.({ writes, reads });
