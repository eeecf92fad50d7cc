import pc from "picocolors";
import type { SseConnectionState } from "hpx-transport/sse";
import { LiveArea } from "../live-area.js";
import { type TextStream, widthOf } from "../output.js";
import { Rate } from "../rate.js";
import { describeState, fit } from "../text.js";
import { layOut, type TableRow } from "./table.js";
import { formatLatency } from "./timing.js";
import type { ShownTrade, View } from "./view.js";

interface Row {
  readonly rate: Rate;
  readonly price: number;
  readonly rising: boolean | undefined;
  readonly latency: number;
}

const HEADER = { name: "", value: "last", rate: "events/s", latency: "latency" };
const STATE_COLORS = {
  disconnected: pc.dim,
  connecting: pc.yellow,
  connected: pc.green,
  reconnecting: pc.yellow,
  closed: pc.dim,
};

/** For a terminal: a line for each symbol, updated in place, and the connection's state below. */
export class Screen implements View {
  readonly #stream: TextStream;
  readonly #area: LiveArea;
  /** By symbol, in the order of their first trade. */
  readonly #rows = new Map<string, Row>();
  #state: SseConnectionState = { status: "disconnected" };
  #connects = 0;
  #events = 0;

  constructor(stream: TextStream) {
    this.#stream = stream;
    this.#area = new LiveArea(stream, () => this.#text());
  }

  show({ symbol, price, latency }: ShownTrade): void {
    const before = this.#rows.get(symbol);
    const rate = before?.rate ?? new Rate();
    rate.count(performance.now());
    const change = before === undefined ? 0 : price - before.price;
    const rising = change === 0 ? before?.rising : change > 0;
    this.#rows.set(symbol, { rate, price, rising, latency });
    this.#events += 1;
  }

  /** Paints at once: the state may be over before the next regular paint. */
  stateChanged(state: SseConnectionState): void {
    this.#state = state;
    if (state.status === "connected") this.#connects += 1;
    this.#area.paint();
  }

  close(): void {
    this.#area.finish();
  }

  #text(): string {
    // The last column stays free: some terminals wrap when it is filled.
    const columns = widthOf(this.#stream) - 1;
    const rows = [...this.#rows];
    const [header, ...cells] = layOut([HEADER, ...rows.map(toText)], columns) as [TableRow, ...TableRow[]];
    const lines = cells.map(({ name, value, rate, latency }, index) => {
      const rising = rows[index]?.[1].rising;
      const color = rising === undefined ? String : rising ? pc.green : pc.red;
      return pc.bold(name) + color(value) + rate + pc.dim(latency);
    });
    return [pc.dim(Object.values(header).join("")), ...lines, this.#statusLine(columns)].join("\n");
  }

  #statusLine(columns: number): string {
    const reconnects = Math.max(0, this.#connects - 1);
    const text = `● ${describeState(this.#state)}, reconnects ${reconnects}, events ${this.#events}`;
    return STATE_COLORS[this.#state.status](fit(text, columns));
  }
}

function toText([symbol, { rate, price, rising, latency }]: readonly [string, Row]): TableRow {
  const arrow = rising === undefined ? "" : rising ? "▲ " : "▼ ";
  return {
    name: symbol,
    value: arrow + price.toPrecision(6),
    rate: String(rate.perSecond(performance.now())),
    latency: formatLatency(latency),
  };
}
