import type { Claim, CursorRecord, CursorStore } from "hpx-transport/durable";
import { describe, expect, test } from "vitest";
import { rejection } from "../../support/promises.js";

/** A place for records, with what the tests need of it. */
export interface StorePlace {
  /** A store at the place, such as another process would make. Closed with the place. */
  open(): Promise<CursorStore>;
  /** Makes the record of a name unreadable. */
  damage(name: string): Promise<void>;
}

export interface ConformanceOptions {
  /** A place without records, gone when the test is over. */
  readonly place: () => Promise<StorePlace>;
  /** The store has no transactions: two claims at once may get one epoch. */
  readonly racy?: true;
}

/** A record of `name` as the claim allows it. */
export function recordOf(
  name: string,
  { epoch }: Claim,
  version: number,
  more: Partial<CursorRecord> = {},
): CursorRecord {
  const id = `id-${version}`;
  return { v: 1, name, id, after: [], n: version, origin: "https://example.com/", at: 0, epoch, version, ...more };
}

const NAMES = [
  "fills",
  "a name",
  "a_name",
  "a=20name",
  "a/b\\c/../d",
  "line\nbreak\ttab",
  "ünïcødé 文字 🦀",
  `quotes ' " \` ''; drop table hpx_cursors; --`,
  "stars.*.>=~{}[]%_$1",
  "__proto__",
  ".",
  "long".repeat(50),
];

/** What every store must do, run with the stores that are here and with the real servers. */
export function conformance(title: string, { place, racy }: ConformanceOptions): void {
  describe(`the store ${title}`, () => {
    test("the first claim of a name has no record; a later one has what was saved, in another store also", async () => {
      const here = await place();
      const store = await here.open();
      const first = await store.claim("a");
      expect(first).toEqual({ epoch: 1, record: undefined });
      const record = recordOf("a", first, 1, { seq: { n: [1, null, "x"] }, remember: ["h1", "h2"], after: ["h3"] });
      await store.save("a", record, first);
      expect(await store.claim("a")).toEqual({ epoch: 2, record });
      expect(await (await here.open()).claim("a")).toEqual({ epoch: 3, record });
    });

    test("names do not touch each other", async () => {
      const here = await place();
      const store = await here.open();
      const claims = await Promise.all(NAMES.map((name) => store.claim(name)));
      expect(claims).toEqual(NAMES.map(() => ({ epoch: 1, record: undefined })));
      const records = NAMES.map((name, index) => recordOf(name, { epoch: 1, record: undefined }, index + 1));
      await Promise.all(records.map((record, index) => store.save(record.name, record, claims[index] as Claim)));
      const other = await here.open();
      for (const record of records) expect(await other.claim(record.name)).toEqual({ epoch: 2, record });
    });

    test("a claim fences the one before at its next save, in the same store and in another", async () => {
      const here = await place();
      const [store, other] = [await here.open(), await here.open()];
      const first = await store.claim("a");
      await store.save("a", recordOf("a", first, 1), first);
      const second = await other.claim("a");
      expect(second.epoch).toBe(2);
      const fenced = { code: "CURSOR_FENCED", details: { name: "a" }, retryable: false };
      expect(await rejection(store.save("a", recordOf("a", first, 2), first))).toMatchObject(fenced);
      await other.save("a", recordOf("a", second, 2), second);
      const third = await other.claim("a");
      expect(await rejection(other.save("a", recordOf("a", second, 3), second))).toMatchObject(fenced);
      expect(third.record).toMatchObject({ version: 2, epoch: 2 });
    });

    test("a claim that saved nothing keeps the record, and fences as well", async () => {
      const store = await (await place()).open();
      const first = await store.claim("a");
      await store.save("a", recordOf("a", first, 7), first);
      await store.claim("a");
      const third = await store.claim("a");
      expect(third).toMatchObject({ epoch: 3, record: { version: 7, epoch: 1 } });
      await store.save("a", recordOf("a", third, 8), third);
      expect((await store.claim("a")).record).toMatchObject({ version: 8, epoch: 3 });
    });

    test("a record with a lower version is not written", async () => {
      const here = await place();
      const store = await here.open();
      const claim = await store.claim("a");
      for (const version of [1, 3, 2, 3]) await store.save("a", recordOf("a", claim, version), claim);
      await Promise.all([5, 6, 4].map((version) => store.save("a", recordOf("a", claim, version), claim)));
      const second = await (await here.open()).claim("a");
      expect(second.record).toMatchObject({ version: 6 });
      await store.save("a", recordOf("a", second, 5), second);
      expect((await store.claim("a")).record).toMatchObject({ version: 6 });
    });

    // A store without transactions has no row here.
    test.each(racy ? [] : [6])(
      "%i claims at the same time get an epoch each, and only the last one saves",
      async () => {
        const here = await place();
        const stores = await Promise.all([here.open(), here.open()]);
        const claims = await Promise.all(
          [0, 1, 0, 1, 1, 0].map((index) => stores[index]?.claim("a") as Promise<Claim>),
        );
        expect(claims.map(({ epoch }) => epoch).toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6]);
        const saves = claims.map((claim) => stores[0]?.save("a", recordOf("a", claim, claim.epoch), claim));
        const outcomes = await Promise.allSettled(saves);
        expect(claims.filter((_, index) => outcomes[index]?.status === "fulfilled")).toMatchObject([{ epoch: 6 }]);
      },
    );

    test("a record of 100 KB comes back as it was", async () => {
      const here = await place();
      const store = await here.open();
      const claim = await store.claim("a");
      const remember = Array.from({ length: 5000 }, (_, index) => index.toString(16).padStart(17, "ü"));
      const record = recordOf("a", claim, 1, { remember });
      expect(JSON.stringify(record).length).toBeGreaterThan(100_000);
      await store.save("a", record, claim);
      expect((await (await here.open()).claim("a")).record).toEqual(record);
    });

    test("a damaged record is an error at each claim, and never a start from nothing", async () => {
      const here = await place();
      const store = await here.open();
      const claim = await store.claim("a");
      await store.save("a", recordOf("a", claim, 1), claim);
      await store.close?.();
      await here.damage("a");
      const other = await here.open();
      for (let tries = 0; tries < 2; tries += 1) {
        const error = await rejection(other.claim("a"));
        expect(error).toMatchObject({
          code: "CURSOR_STORE",
          details: { name: "a", operation: "claim" },
          retryable: false,
        });
        expect(String(error)).toMatch(/"a".*damaged.*(restore|delete)/);
      }
    });

    test("close() ends what is under way in good order", async () => {
      const here = await place();
      const store = await here.open();
      const claim = await store.claim("a");
      const saving = store.save("a", recordOf("a", claim, 1), claim);
      await store.close?.();
      await store.close?.();
      await saving;
      expect((await (await here.open()).claim("a")).record).toMatchObject({ version: 1 });
    });
  });
}
