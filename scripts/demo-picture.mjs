// `npm run docs:picture`: runs `npm start` in a terminal of tmux's, and draws its screen as a moving picture, docs/demo.svg. It
// runs through twice and stays on the end; where a reader asks for less motion, the end is all that is shown.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { place, spans } from "./demo-picture/text.mjs";

const root = new URL("..", import.meta.url).pathname;
const COLUMNS = 84;
const ROWS = 14;
/** Between two looks at the screen, in milliseconds. */
const PERIOD = 400;
/** The demo takes ten seconds; in milliseconds. */
const LONGEST = 60_000;
/** How long the end is shown before the picture begins again, in milliseconds. */
const LAST = 4000;
/** Of one character, in the units of the picture. */
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const BACKGROUND = "#1c2128";
const TEXT = "#cdd9e5";

await writeFile(`${root}docs/demo.svg`, draw(await film()));

/** The screens from the start to the end of the program, with their escape sequences, and when each was seen. */
async function film() {
  const socket = `demo-picture-${process.pid}`;
  const tmux = (...args) => spawnSync("tmux", ["-L", socket, ...args], { cwd: root, encoding: "utf8" }).stdout;
  const screen = () => tmux("capture-pane", "-p", "-e").trimEnd().split("\n");
  const command = "clear; node packages/hpx-cli/dist/demo/main.js; exec cat";
  tmux("-f", "/dev/null", "new-session", "-d", "-x", String(COLUMNS), "-y", String(ROWS), command);
  const start = performance.now();
  const frames = [];
  const isOver = () => tmux("capture-pane", "-p").includes("received ");
  while (!isOver()) {
    if (frames.length * PERIOD > LONGEST) throw new Error("the demo has not ended");
    await sleep(PERIOD);
    frames.push({ at: performance.now() - start, lines: screen() });
  }
  frames.push({ at: performance.now() - start, lines: screen() });
  tmux("kill-server");
  return frames;
}

/** The frames below each other behind a window that jumps from one to the next. */
function draw(frames) {
  const rows = Math.max(...frames.map(({ lines }) => lines.length)) + 1;
  const width = COLUMNS * CELL.width + 2 * MARGIN;
  const height = rows * CELL.height + 2 * MARGIN;
  const begin = frames[0].at;
  const total = frames.at(-1).at - begin + LAST;
  const drawn = new Map();
  const pictures = frames.map(({ lines }, frame) => {
    const uses = ["\u001B[2m$ npm start\u001B[0m", ...lines].map((line, row) => {
      if (line === "") return "";
      if (!drawn.has(line)) drawn.set(line, `l${drawn.size}`);
      return `<use href="#${drawn.get(line)}" y="${(frame * height + MARGIN + (row + 0.75) * CELL.height).toFixed(1)}"/>`;
    });
    return uses.join("");
  });
  const lines = [...drawn].map(
    ([line, id]) =>
      `<g id="${id}">${spans(line)
        .map((span) => place(span, MARGIN, CELL.width))
        .join("")}</g>`,
  );
  const steps = frames.map(
    ({ at }, frame) => `${(((at - begin) / total) * 100).toFixed(2)}%{transform:translateY(${-frame * height}px)}`,
  );
  const end = `translateY(${-(frames.length - 1) * height}px)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The demo in a terminal: five symbols updated in place, five reconnects, and the verdict: lost 0, duplicated 0">
<style>.film{animation:film ${(total / 1000).toFixed(1)}s step-end 2 forwards;transform:${end}}@media (prefers-reduced-motion:reduce){.film{animation:none}}@keyframes film{${steps.join("")}100%{transform:${end}}}</style>
<defs>
${lines.join("\n")}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<svg width="${width}" height="${height}"><g class="film" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${TEXT}" xml:space="preserve">
${pictures.join("\n")}
</g></svg>
</svg>
`;
}
