import type { Reporter, TestModule } from "vitest/node";
import type { Figures } from "./support.js";

declare module "vitest" {
  interface TaskMeta {
    /** The figures of a row. */
    figures?: Figures;
  }
}

const COLUMNS = ["with", "cuts", "refusals", "requests", "called", "result"] as const;

/** Prints the figures of all tests as one table. */
export default class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests("passed")]);
    const rows = tests.flatMap((test) => {
      const { figures } = test.meta();
      return figures === undefined ? [] : [COLUMNS.map((column) => String(figures[column]))];
    });
    const table = [[...COLUMNS], ...rows.toSorted(([a = ""], [b = ""]) => a.localeCompare(b))];
    const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
    const line = (row: readonly string[]): string =>
      `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
    process.stdout.write(`\n${table.map(line).join("\n")}\n`);
  }
}
