// `npm run docs:picture`: runs `npm start` in a terminal of tmux's, and draws what its screen shows at the end as
// docs/demo.svg, colours and all.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const root = new URL("..", import.meta.url).pathname;
const COLUMNS = 84;
const ROWS = 14;
/** Of one character, in the units of the picture. */
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const COLORS = { 31: "#f47067", 32: "#6bc46d", 33: "#daaa3f", 34: "#6cb6ff", 35: "#dcbdfb", 36: "#76e3ea" };
const TEXT = "#cdd9e5";

await writeFile(`${root}docs/demo.svg`, draw(await screen()));

/** The screen when the program is over, with its escape sequences. */
async function screen() {
  const socket = `demo-picture-${process.pid}`;
  const tmux = (...args) => spawnSync("tmux", ["-L", socket, ...args], { cwd: root, encoding: "utf8" }).stdout;
  const command = "clear; node packages/hpx-cli/dist/demo/main.js; tmux wait-for -S over; exec cat";
  tmux("-f", "/dev/null", "new-session", "-d", "-x", String(COLUMNS), "-y", String(ROWS), command);
  tmux("wait-for", "over");
  await sleep(100); // tmux paints what it has read
  const captured = tmux("capture-pane", "-p", "-e");
  tmux("kill-server");
  return captured.trimEnd().split("\n");
}

function draw(lines) {
  const all = ["\u001B[2m$ npm start\u001B[0m", ...lines];
  const width = COLUMNS * CELL.width + 2 * MARGIN;
  const height = all.length * CELL.height + 2 * MARGIN;
  const text = all.flatMap((line, row) => spans(line).map((span) => place(span, row)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The demo in a terminal">
<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${TEXT}" xml:space="preserve">
${text.join("\n")}
</g>
</svg>
`;
}

/** The parts of a line that look the same, each with its column. */
function spans(line) {
  const found = [];
  let style = {};
  let column = 0;
  for (const [, codes, text] of line.matchAll(/\u001B\[([\d;]*)m|([^\u001B]+)/g)) {
    if (text === undefined) {
      for (const code of codes.split(";")) style = styled(style, Number(code));
      continue;
    }
    // Words apart, so that a font of another width moves nothing by more than a word.
    for (const word of text.matchAll(/\S+/g)) found.push({ ...style, text: word[0], column: column + word.index });
    column += text.length;
  }
  return found;
}

function styled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: undefined };
  return code in COLORS ? { ...style, color: COLORS[code] } : style;
}

function place({ text, column, bold = false, dim = false, color }, row) {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const y = MARGIN + (row + 0.75) * CELL.height;
  const look = `${bold ? ' font-weight="bold"' : ""}${dim ? ' opacity="0.6"' : ""}${color ? ` fill="${color}"` : ""}`;
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}"${look}>${escaped}</text>`;
}
