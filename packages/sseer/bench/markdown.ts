import { geomean } from "./measure.js";
import type { Adversarial, Cell, Floor, Results } from "./results.js";

/** Writes one run as a section of Markdown. */
export function markdownOf(results: Results): string {
  const parts = [
    `## Node ${results.node}`,
    `${results.machine}; ${results.date}; ${results.rounds} interleaved rounds a cell, ${results.cpu ? "CPU time" : "elapsed time"}; decoder: ${results.decoder}.`,
  ];
  if (results.cells.length > 0) parts.push(summaryOf(results), cellsOf(results), floorsOf(results.floors));
  if (results.adversarial.length > 0) parts.push(adversarialOf(results.adversarial));
  return `${parts.join("\n\n")}\n`;
}

function summaryOf({ peers, cells }: Results): string {
  const rows = peers.map((peer, index) => {
    const valid = cells.flatMap((cell) => cell.ratios[index] ?? []);
    const worst = worstOf(cells, index);
    const where = worst === undefined ? "" : `${worst.set}, ${worst.chunking}`;
    const voided = cells.length - valid.length;
    return [peer, times(geomean(valid)), times(worst?.ratios[index]), where, String(voided)];
  });
  return table(["sseer against", "geomean", "worst cell", "which", "void"], rows);
}

function worstOf(cells: readonly Cell[], index: number): Cell | undefined {
  return cells
    .filter((cell) => cell.ratios[index] !== null)
    .toSorted((a, b) => (a.ratios[index] ?? 0) - (b.ratios[index] ?? 0))[0];
}

function cellsOf({ peers, cells }: Results): string {
  const rows = cells.map((cell) => [
    cell.set,
    cell.chunking,
    String(cell.chunks),
    String(cell.events),
    cell.ms.toFixed(2),
    ...cell.ratios.map((ratio) => times(ratio)),
  ]);
  return table(["data set", "chunks", "number", "events", "sseer, ms", ...peers], rows);
}

function floorsOf(floors: readonly Floor[]): string {
  const names = Object.keys(floors[0]?.nanoseconds ?? {});
  const rows = floors.map(({ set, nanoseconds }) => [set, ...names.map((name) => (nanoseconds[name] ?? 0).toFixed(0))]);
  return `The floors, ns a KiB in 64 KiB chunks:\n\n${table(["data set", ...names], rows)}`;
}

function adversarialOf(found: readonly Adversarial[]): string {
  const rows = found.map(({ input, parser, small, large }) => [
    input,
    parser,
    small.toFixed(1),
    large.toFixed(1),
    times(large / small),
  ]);
  return `Four times the input, in CPU time:\n\n${table(["input", "parser", "1 MiB, ms", "4 MiB, ms", "ratio"], rows)}`;
}

function times(ratio: number | null | undefined): string {
  return ratio === null || ratio === undefined ? "void" : `${ratio.toFixed(2)}x`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
