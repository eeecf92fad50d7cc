import { expect, test } from "vitest";
import { layOut } from "../../src/demo/table.js";
import { columnsOf } from "../../src/text.js";

const rows = [
  { name: "", value: "last", rate: "events/s", latency: "latency" },
  { name: "BTC-USD", value: "▲ 61200.4", rate: "40", latency: "0.31 ms" },
  { name: "an event name beyond all measure", value: `{"text":"${"日本語🎈".repeat(30)}"}`, rate: "1", latency: "" },
];
const lines = (columns: number): string[] => layOut(rows, columns).map((row) => Object.values(row).join(""));

test("every line fits, however narrow the terminal, and all are of one width", () => {
  for (let columns = 0; columns <= 120; columns += 1) {
    const widths = new Set(lines(columns).map(columnsOf));
    expect(widths.size).toBe(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  }
});

test("where there is little room the latency goes first, then the rate", () => {
  expect(lines(60)[1]).toMatch(/^BTC-USD .*▲ 61200.4 .* 40 +0.31 ms$/);
  expect(lines(40)[1]).toMatch(/^BTC-USD .*▲ 61200.4 .* 40$/);
  expect(lines(30)[1]).toMatch(/^BTC-USD .*▲ 61200.4 *$/);
});
