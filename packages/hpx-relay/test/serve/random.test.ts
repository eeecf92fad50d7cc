import { join } from "node:path";
import { LogServer, openLog } from "hpx-relay";
import { expect, onTestFinished, test } from "vitest";
import { loadDriver } from "../../src/log/sqlite/driver.js";
import { messageOf, temporaryFolder } from "../support.js";
import { Reader, TestLog } from "./support.js";

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A client that comes back each time it is cut, and keeps all that it read. */
class Returning {
  readonly data: string[] = [];
  #id = "earliest";
  #reader: Reader | undefined;

  connect(url: string): void {
    this.#reader = new Reader(url, this.#id);
  }

  async cut(): Promise<void> {
    const reader = this.#reader;
    if (reader === undefined) return;
    reader.close();
    await reader.over;
    this.#take();
    this.#reader = undefined;
  }

  get all(): string[] {
    return [...this.data, ...(this.#reader?.data ?? [])];
  }

  #take(): void {
    this.data.push(...(this.#reader?.data ?? []));
    const id = this.#reader?.lastEventId ?? "";
    if (id !== "") this.#id = id;
  }
}

/** What came after the last gap, and what came before it, in parts; without the events that the server took back. */
function parts(all: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const each of all) {
    const lost = /^<hpx-rewind \{"lost":(\d+),"found":"log"\}>$/.exec(each)?.[1];
    const last = found.at(-1) ?? [];
    if (lost !== undefined) last.splice(last.length - Number(lost));
    else if (each.startsWith("<hpx-gap")) found.push([]);
    else last.push(each);
  }
  return found;
}

test.each([1, 2, 3, 4])(
  "whatever happens to the log, to the clients and to the server: without a gap no event is missing, doubled or of another log (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    const random = randomFrom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    const driver = await loadDriver();
    const database = driver(path, { readOnly: false });
    onTestFinished(() => database.close());
    database.exec("pragma busy_timeout = 5000");
    const reading = await openLog({ kind: "sqlite", path, maxAge: 0 }, { readOnly: true });
    onTestFinished(() => reading.close());
    const start = async (): Promise<LogServer> => {
      const started = await LogServer.start({ log: reading, sources: ["a"], port: 0, pollInterval: 1 });
      onTestFinished(() => started.close());
      return started;
    };
    let server = await start();
    const clients = Array.from({ length: 6 }, () => new Returning());
    for (const client of clients) client.connect(`${server.url}/a`);

    type Row = { readonly pos: number; readonly n: number; readonly kind: string | null; readonly data: Uint8Array };
    const rows = (): Row[] => database.prepare("select * from messages where source = 'a' order by pos").all() as Row[];
    let last = { pos: 0, n: 0 };
    let made = 0;
    const append = async (): Promise<void> => {
      made += 1;
      const isMarker = random() < 0.1;
      const n = last.n + (isMarker ? 0 : 1);
      // Each event is another one, also where its number comes again.
      const data = Buffer.from(isMarker ? "" : `${n} made ${made}`);
      await log.append("a", messageOf(n, { data, at: made, ...(isMarker && { kind: "cursor" }) }));
      last = { pos: rows().at(-1)?.pos ?? 0, n };
    };
    const rewind = async (): Promise<void> => {
      const all = rows();
      const kept = all[all.length - 1 - below(Math.min(6, all.length))];
      if (kept === undefined) return;
      database.exec(`delete from messages where pos > ${kept.pos}`);
      last = kept;
      log.forgetAfter("a", kept.pos, kept.n);
      await log.log.tails(["a"]);
      // Sometimes it has as many messages again before anybody looks.
      for (let more = below(8); more > 0; more -= 1) await append();
    };

    /** Each client has all that the log has: it began with that, and each gap began anew with it. */
    const settled = async (): Promise<void> => {
      const now = rows()
        .filter(({ kind }) => kind === null)
        .map(({ data }) => Buffer.from(data).toString());
      for (const client of clients) {
        await expect.poll(() => (parts(client.all).at(-1) ?? []).slice(-now.length), { timeout: 20_000 }).toEqual(now);
      }
    };

    for (let round = 0; round < 100; round += 1) {
      const what = random();
      const client = clients[below(clients.length)] as Returning;
      if (what < 0.6) {
        await append();
      } else if (what < 0.7) {
        // Those that follow are in another case than those that are about to.
        if (rows().some(({ kind }) => kind === null) && random() < 0.7) await settled();
        await rewind();
      } else if (what < 0.75) database.exec(`delete from messages where pos < ${(rows()[0]?.pos ?? 0) + below(5)}`);
      else if (what < 0.95) {
        await client.cut();
        client.connect(`${server.url}/a`);
      } else {
        for (const each of clients) await each.cut();
        await server.close();
        server = await start();
        for (const each of clients) each.connect(`${server.url}/a`);
      }
      if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, below(12)));
    }
    for (let more = 0; more < 3; more += 1) await append();
    await settled();
    for (const client of clients) {
      for (const part of parts(client.all)) expect(new Set(part).size).toBe(part.length);
    }
  },
);
