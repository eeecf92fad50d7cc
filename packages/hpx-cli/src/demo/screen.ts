import type { SseConnectionState } from "hpx-transport/sse";
import { createLogUpdate } from "log-update";
import pc from "picocolors";
import type { TextStream } from "../output.js";
import { describeState, fit, printable } from "../text.js";
import { Rate } from "../rate.js";
import { layOut, type TableRow } from "./table.js";
import { formatLatency } from "./verdict.js";
import type { Sighting, View } from "./view.js";

/** Often enough to look alive; more would be CPU for nobody. */
const PAINT_EVERY = 100;
/** How many rows there may be; the oldest gives way. */
const MOST_ROWS = 15;
/** Longer text is cut before it is measured: it will not fit anyway. */
const LONGEST_TEXT = 1000;

interface Row {
  readonly rate: Rate;
  readonly value: string;
  readonly rising: boolean | undefined;
  readonly latency: number | undefined;
}

const HEADER = { name: "", value: "last", rate: "events/s", latency: "latency" };
const STATE_COLORS = {
  disconnected: pc.dim,
  connecting: pc.yellow,
  connected: pc.green,
  reconnecting: pc.yellow,
  closed: pc.dim,
};

/** For a terminal: a line for each symbol or event name, updated in place, and the connection's state below. */
export class Screen implements View {
  readonly #stream: TextStream;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #timer: NodeJS.Timeout;
  /** In the order of their first event. */
  readonly #rows = new Map<string, Row>();
  #state: SseConnectionState = { status: "disconnected" };
  #connects = 0;
  #events = 0;

  constructor(stream: TextStream) {
    this.#stream = stream;
    this.#update = createLogUpdate(stream);
    this.#timer = setInterval(() => this.#paint(), PAINT_EVERY);
  }

  show({ row, value, latency }: Sighting): void {
    const name = row.slice(0, LONGEST_TEXT);
    const before = this.#rows.get(name);
    const rate = before?.rate ?? new Rate();
    rate.count(performance.now());
    const change = Number(value) - Number(before?.value);
    const rising = change > 0 ? true : change < 0 ? false : before?.rising;
    this.#rows.set(name, { rate, value: value.slice(0, LONGEST_TEXT), rising, latency });
    if (this.#rows.size > MOST_ROWS) this.#rows.delete(this.#rows.keys().next().value as string);
    this.#events += 1;
  }

  /** Painted at once: a state may be over before the next regular paint. */
  stateChanged(state: SseConnectionState): void {
    this.#state = state;
    if (state.status === "connected") this.#connects += 1;
    this.#paint();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#paint();
    this.#update.done();
  }

  #paint(): void {
    // The last column stays free: some terminals wrap as it is filled.
    const columns = (this.#stream.columns ?? 80) - 1;
    const rows = [...this.#rows];
    const [header, ...cells] = layOut([HEADER, ...rows.map(toText)], columns) as [TableRow, ...TableRow[]];
    const lines = cells.map(({ name, value, rate, latency }, index) => {
      const rising = rows[index]?.[1].rising;
      const color = rising === undefined ? String : rising ? pc.green : pc.red;
      return pc.bold(name) + color(value) + rate + pc.dim(latency);
    });
    this.#update([pc.dim(Object.values(header).join("")), ...lines, this.#statusLine(columns)].join("\n"));
  }

  #statusLine(columns: number): string {
    const reconnects = Math.max(0, this.#connects - 1);
    const text = `● ${describeState(this.#state)}, reconnects ${reconnects}, events ${this.#events}`;
    return STATE_COLORS[this.#state.status](fit(text, columns));
  }
}

function toText([name, { rate, value, rising, latency }]: readonly [string, Row]): TableRow {
  const arrow = rising === undefined ? "" : rising ? "▲ " : "▼ ";
  return {
    name: printable(name),
    value: arrow + printable(value),
    rate: String(rate.perSecond(performance.now())),
    latency: latency === undefined ? "" : formatLatency(latency),
  };
}
