import { type Append, LogConflict, LogUnavailable, type RelayLog } from "hpx-relay";
import { describe, expect, test } from "vitest";
import { appendOf, messageOf, recordsOf } from "../support.js";

/** What every log keeps. `open` returns an empty one, which goes with the test. */
export function logConformance(name: string, openEmpty: () => Promise<RelayLog>): void {
  const open = async (): Promise<RelayLog> => await patient(await openEmpty());

  describe(`${name} keeps what a log must keep`, () => {
    test("a source without a message has no tail", async () => {
      expect(await (await open()).tails(["a"])).toEqual(new Map());
    });

    test("an append returns the position of the last message of each part, and tails and read find every mark", async () => {
      const log = await open();
      const b = {
        ...appendOf("b", 0, 1),
        messages: [messageOf(1, { id: "ü\n€", event: "trade", after: 3, data: Buffer.from("zwölf\n€") })],
      };
      const [a2, b1] = await log.append([{ ...appendOf("a", 0, 1, 2), tag: "me.1.1.0" }, b]);
      const tails = await log.tails(["a", "b", "c"]);
      expect([...tails.keys()].toSorted()).toEqual(["a", "b"]);
      expect(tails.get("a")).toMatchObject({
        pos: a2,
        source: "a",
        n: 2,
        id: "2",
        after: 0,
        event: "message",
        tag: "me.1.1.0",
      });
      expect(tails.get("b")).toMatchObject({ pos: b1, n: 1, id: "ü\n€", event: "trade", after: 3, tag: b.tag });
      const records = await recordsOf(log);
      expect(records.map(({ source, n }) => `${source}${n}`)).toEqual(["a1", "a2", "b1"]);
      expect(records.map(({ tag }) => tag)).toEqual([undefined, "me.1.1.0", b.tag]);
      expect(Buffer.from(records[2]?.data ?? []).toString()).toBe("zwölf\n€");
      expect(records[0]).toMatchObject({ ...messageOf(1), data: expect.anything() as unknown });
    });

    test("data comes back byte for byte, as bytes and as text, also where it is empty", async () => {
      const log = await open();
      const all = [Buffer.from([0, 255, 0, 10, 200]), "", "ü\0€😀", Buffer.alloc(0), "x"];
      await log.append([{ ...appendOf("a", 0), messages: all.map((data, index) => messageOf(index + 1, { data })) }]);
      const found = (await recordsOf(log)).map(({ data }) => Buffer.from(data).toString("hex"));
      expect(found).toEqual(all.map((data) => Buffer.from(data).toString("hex")));
    });

    test("a marker keeps its kind and its facts, and is a tail like any other", async () => {
      const log = await open();
      const marker = messageOf(0, { kind: "gap", facts: '{"lost":2}', data: new Uint8Array() });
      await log.append([{ ...appendOf("a", 0), messages: [marker] }]);
      expect(await recordsOf(log)).toMatchObject([{ kind: "gap", facts: '{"lost":2}', n: 0 }]);
      expect((await log.tails(["a"])).get("a")).toMatchObject({ kind: "gap" });
    });

    test.each([
      ["an earlier position", (last: number) => last - 1],
      ["a later position", (last: number) => last + 1],
      ["no message", () => 0],
    ])("an append that expects %s is a conflict, and nothing of it is in the log", async (_, expected) => {
      const log = await open();
      const [first = 0] = await log.append([appendOf("a", 0, 1)]);
      const [last = 0] = await log.append([appendOf("a", first, 2)]);
      const group = [appendOf("b", 0, 1), appendOf("a", expected(last), 3), appendOf("c", 0, 1)];
      await expect(log.append(group)).rejects.toBeInstanceOf(LogConflict);
      expect((await recordsOf(log)).map(({ source, n }) => `${source}${n}`)).toEqual(["a1", "a2"]);
      await log.append([appendOf("a", last, 3)]);
      expect(await recordsOf(log)).toHaveLength(3);
    });

    test("an append that is sent again is a conflict, and its tag is that of the tail", async () => {
      const log = await open();
      const part = appendOf("a", 0, 1, 2);
      await log.append([part]);
      await expect(log.append([part])).rejects.toBeInstanceOf(LogConflict);
      expect((await log.tails(["a"])).get("a")?.tag).toBe(part.tag);
    });

    test("appends of other sources in between do not matter", async () => {
      const log = await open();
      const [a = 0] = await log.append([appendOf("a", 0, 1)]);
      for (let n = 1, b = 0; n <= 5; n += 1) [b = 0] = await log.append([appendOf("b", b, n)]);
      await log.append([appendOf("a", a, 2)]);
      expect((await recordsOf(log, { source: "a" })).map(({ n }) => n)).toEqual([1, 2]);
    });

    test("of many appends at one time that expect the same message one succeeds", async () => {
      const log = await open();
      const all = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => log.append([appendOf("a", 0, n)])));
      expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await recordsOf(log)).toHaveLength(1);
    });

    test("a log is read after a position, for one source, and from the newest on", async () => {
      const log = await open();
      const numbers = Array.from({ length: 400 }, (_, index) => index + 1);
      await log.append([appendOf("a", 0, ...numbers), appendOf("b", 0, ...numbers)]);
      const all = await recordsOf(log);
      expect(all).toHaveLength(800);
      expect(all.map(({ pos }) => pos)).toEqual(all.map(({ pos }) => pos).toSorted((one, other) => one - other));
      const [, , third] = all;
      expect((await recordsOf(log, { after: third?.pos }))[0]?.n).toBe(4);
      expect((await recordsOf(log, { source: "b", after: third?.pos })).map(({ n }) => n)).toEqual(numbers);
      const newest = await recordsOf(log, { source: "a", last: 10, withoutData: true });
      expect(newest.slice(-10).map(({ n }) => n)).toEqual(numbers.slice(-10));
      expect((await recordsOf(log, { source: "a", last: 1000 })).map(({ n }) => n)).toEqual(numbers);
    });

    test("arrays of about so many bytes are read, and nothing is left out", async () => {
      const log = await open();
      const data = Buffer.alloc(30_000, "x");
      const part = (from: number, expected: number): Append => {
        const messages = Array.from({ length: 50 }, (_, index) => messageOf(from + index, { data }));
        return { ...appendOf("a", expected), messages };
      };
      const [half = 0] = await log.append([part(1, 0)]);
      await log.append([part(51, half)]);
      const sizes: number[] = [];
      let n = 0;
      for await (const records of log.read({ bytes: 1 }, new AbortController().signal)) {
        for (const record of records) expect(record.n).toBe((n += 1));
        sizes.push(records.reduce((sum, record) => sum + record.data.length, 0));
      }
      expect(n).toBe(100);
      // NATS: the largest message, at least.
      expect(Math.max(...sizes)).toBeLessThan(1_100_000);
    });

    test("a reader stops where its signal is aborted", async () => {
      const log = await open();
      const numbers = Array.from({ length: 900 }, (_, index) => index + 1);
      let a = 0;
      for (let round = 0; round < 4; round += 1) [a = 0] = await log.append([appendOf("a", a, ...numbers)]);
      const stop = new AbortController();
      let read = 0;
      for await (const records of log.read({}, stop.signal)) {
        read += records.length;
        stop.abort();
      }
      expect(read).toBeLessThan(3600);
    });
  });
}

/** A cluster answers no append until each server knows a new stream. What did not answer is not in the log here. */
async function patient(log: RelayLog): Promise<RelayLog> {
  const append = log.append.bind(log);
  log.append = async (parts) => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await append(parts);
      } catch (error) {
        if (!(error instanceof LogUnavailable) || !error.message.includes("no responders") || tries > 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  return log;
}
