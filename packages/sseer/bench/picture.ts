import { geomean } from "./measure.js";
import type { Results } from "./results.js";

const WIDTH = 760;
const LEFT = 150;
const BAR = 9;
const COLOURS = ["#2b6cb0", "#dd6b20"] as const;
const SCALE = 80;

/** Draws a bar for each data set and each of the two faster peers: the geometric mean of its ratios. */
export function pictureOf(runs: readonly Results[]): string {
  const parts: string[] = [];
  let top = 10;
  for (const run of runs) {
    parts.push(text(LEFT, (top += 18), `Node ${run.node}: how many times longer the peer takes`, "bold"));
    for (const [index, colour] of COLOURS.entries()) {
      parts.push(box(LEFT + index * 290, top + 8, 10, 10, colour));
      parts.push(text(LEFT + index * 290 + 15, top + 17, run.peers[index] ?? ""));
    }
    top += 26;
    const begun = top;
    for (const set of new Set(run.cells.map((cell) => cell.set))) {
      parts.push(text(5, top + BAR + 4, set));
      for (const [index, colour] of COLOURS.entries()) {
        const ratios = run.cells.filter((cell) => cell.set === set).flatMap((cell) => cell.ratios[index] ?? []);
        const ratio = geomean(ratios);
        parts.push(box(LEFT, top, ratio * SCALE, BAR, colour));
        parts.push(text(LEFT + ratio * SCALE + 4, top + BAR - 1, ratio.toFixed(2)));
        top += BAR + 1;
      }
      top += 6;
    }
    // The line at 1: as fast as the peer.
    parts.push(`<line x1="${LEFT + SCALE}" x2="${LEFT + SCALE}" y1="${begun - 4}" y2="${top}" stroke="#888" />`);
  }
  const style = `<style>text { font: 11px sans-serif; fill: #222 } .bold { font-weight: bold }</style>`;
  const size = `viewBox="0 0 ${WIDTH} ${top + 10}" width="${WIDTH}" height="${top + 10}"`;
  const paper = `<rect width="100%" height="100%" fill="#fff" />`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${style}${paper}${parts.join("")}</svg>\n`;
}

function box(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${fill}" />`;
}

function text(x: number, y: number, content: string, style = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${style}">${content.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}
