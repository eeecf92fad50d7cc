import { count, formatMilliseconds } from "../../units.js";
import type { Probe } from "../evidence.js";
import { type Html, markup } from "./escape.js";
import { type Bar, lanesOf } from "./lanes.js";

const WIDTH = 960;
const LEFT = 96;
const SPANS = 420;
/** Of a row, in the units of the picture. */
const ROW = 44;
const TICKS = 6;
const STEP = (WIDTH - LEFT - 8) / SPANS;

/** A picture of what came on one connection: events above, heartbeats below, the time from left to right. */
export function timeline(title: string, probe: Probe): Html {
  const { events, heartbeats } = lanesOf(probe, SPANS);
  const words = `${title}: ${count(total(events), "event")} and ${count(total(heartbeats), "heartbeat")} in ${formatMilliseconds(probe.watched)}`;
  return markup`<figure>
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${ROW * 2 + 28}" role="img" aria-label="${words}">
${axis(probe.watched)}
${row("events", 0, events, "event")}
${row("heartbeats", 1, heartbeats, "heartbeat")}
${marks(probe)}
</svg>
<p>${words}. ${ends(probe)}</p>
</figure>`;
}

function total(bars: readonly Bar[]): number {
  return bars.reduce((sum, bar) => sum + bar.count, 0);
}

function axis(watched: number): readonly Html[] {
  return Array.from({ length: TICKS + 1 }, (_, index) => {
    const x = (LEFT + (SPANS * STEP * index) / TICKS).toFixed(1);
    const anchor = index === TICKS ? "end" : "middle";
    const time = formatMilliseconds((watched * index) / TICKS);
    return markup`<path class="grid" d="M${x} 0V${ROW * 2}"/>
<text x="${x}" y="${ROW * 2 + 18}" text-anchor="${anchor}">${time}</text>`;
  });
}

/** Bars grow with the logarithm: one event is to be seen beside a thousand. */
function row(name: string, index: number, bars: readonly Bar[], noun: string): Html {
  const base = ROW * (index + 1);
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const drawn = bars.map((bar) => {
    const height = 10 + ((ROW - 16) * Math.log1p(bar.count)) / Math.log1p(most);
    const place = markup`x="${(LEFT + bar.span * STEP).toFixed(1)}" y="${(base - height).toFixed(1)}"`;
    const size = markup`width="${Math.max(STEP, 2).toFixed(1)}" height="${height.toFixed(1)}"`;
    const words = `${count(bar.count, noun)} after ${formatMilliseconds(bar.at)}`;
    return markup`<rect class="${name}" ${place} ${size}><title>${words}</title></rect>`;
  });
  return markup`<text class="lane" x="0" y="${base - 12}">${name}</text>
<path class="base" d="M${LEFT} ${base}H${WIDTH - 8}"/>
${drawn}`;
}

/** Lines for the head of the response, and for the end of the body. */
function marks({ head, end, watched }: Probe): readonly Html[] {
  const line = (at: number, name: string, what: string): Html => {
    const x = LEFT + SPANS * STEP * Math.min(at / Math.max(watched, 1), 1);
    const words = `${what} after ${formatMilliseconds(at)}`;
    return markup`<path class="${name}" d="M${x.toFixed(1)} 0V${ROW * 2}"><title>${words}</title></path>`;
  };
  return [
    ...(head === undefined ? [] : [line(head.at, "head", `status ${head.status}`)]),
    ...(end === undefined ? [] : [line(end.at, "end", end.error === undefined ? "the end" : "a break")]),
  ];
}

function ends({ head, end }: Probe): string {
  const answer =
    head === undefined ? "No response came." : `Status ${head.status} after ${formatMilliseconds(head.at)}.`;
  if (end === undefined) return answer;
  return `${answer} ${end.error === undefined ? "It ended" : "It broke"} after ${formatMilliseconds(end.at)}.`;
}
