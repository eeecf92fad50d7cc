import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Result, type Results, withTables } from "../run/page.js";

const page = await readFile(new URL("../../docs/guides/works-with.md", import.meta.url), "utf8");
const results = JSON.parse(await readFile(new URL("../RESULTS.json", import.meta.url), "utf8")) as Results;
const rows = [...results.servers, ...results.proxies];

test("the page has the figures of RESULTS.json", () => {
  expect(withTables(page, results)).toBe(page);
});

test("other figures make another page", () => {
  const [first, ...others] = results.servers;
  const changed = { ...(first as Result), lost: 1 };
  expect(withTables(page, { ...results, servers: [changed, ...others] })).not.toBe(page);
});

test.each(rows)(
  "$name: every event arrived once, after each restart",
  ({ sent, received, lost, doubled, killed, reconnects }) => {
    expect({ received, lost, doubled }).toEqual({ received: sent, lost: 0, doubled: 0 });
    expect(reconnects).toBe(Object.values(killed).reduce((sum, times) => sum + times));
  },
);

test("a page without the markers is an error", () => {
  expect(() => withTables("# Works with\n", results)).toThrow("the page has no markers for servers");
});
