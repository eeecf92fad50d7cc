import type {
  Attributes,
  BatchObservableResult,
  Counter,
  Histogram,
  Meter,
  ObservableGauge,
  UpDownCounter,
} from "@opentelemetry/api";
import type { ConnectionMetrics } from "./connection-metrics.js";

/** The boundaries that the conventions advise for the duration of HTTP requests, in seconds, and two for slow servers. */
const CONNECT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

/** The instruments of one meter, and the connections that they measure. */
export class Instruments {
  readonly connectDuration: Histogram;
  readonly events: Counter;
  readonly io: Counter;
  readonly dropped: Counter;
  readonly lost: Counter;
  readonly skipped: Counter;
  readonly reconnects: Counter;
  readonly depth: UpDownCounter;
  readonly #age: ObservableGauge;
  readonly #meter: Meter;
  readonly #live = new Set<ConnectionMetrics>();

  constructor(meter: Meter) {
    this.#meter = meter;
    this.connectDuration = meter.createHistogram("hpx.sse.client.connect.duration", {
      description: "From the beginning of an attempt to its accepted response, or to its failure.",
      unit: "s",
      advice: { explicitBucketBoundaries: CONNECT_BUCKETS },
    });
    this.events = meter.createCounter("hpx.sse.client.events", { description: "Events received.", unit: "{event}" });
    this.io = meter.createCounter("hpx.sse.client.io", {
      description: "Bytes of response bodies received, decompressed.",
      unit: "By",
    });
    this.dropped = meter.createCounter("hpx.sse.client.dropped", {
      description: "Events dropped because the consumer did not keep up.",
      unit: "{event}",
    });
    this.lost = meter.createCounter("hpx.sse.client.lost", {
      description: "Events that servers said are lost, at the least.",
      unit: "{event}",
    });
    this.skipped = meter.createCounter("hpx.sse.client.skipped", {
      description: "Events that json() passed over because it could not read them.",
      unit: "{event}",
    });
    this.reconnects = meter.createCounter("hpx.sse.client.reconnects", {
      description: "Attempts that followed another one, by what ended that.",
      unit: "{reconnect}",
    });
    this.depth = meter.createUpDownCounter("hpx.sse.client.channel.depth", {
      description: "Events received that the consumers have not taken yet.",
      unit: "{event}",
    });
    this.#age = meter.createObservableGauge("hpx.sse.client.event.age", {
      description: "Time since the last event, or since the opening where there was none; of the stalest connection.",
      unit: "s",
    });
  }

  /** Measured until `remove`: while nothing is open, nothing is registered with the meter. */
  add(connection: ConnectionMetrics): void {
    if (this.#live.size === 0) this.#meter.addBatchObservableCallback(this.#collect, [this.#age]);
    this.#live.add(connection);
  }

  remove(connection: ConnectionMetrics): void {
    this.#live.delete(connection);
    if (this.#live.size === 0) this.#meter.removeBatchObservableCallback(this.#collect, [this.#age]);
  }

  /** Counts everything received since the last collection, so that an event or a read costs nothing. */
  readonly #collect = (result: BatchObservableResult): void => {
    const stalest = new Map<string, { readonly age: number; readonly attributes: Attributes }>();
    for (const connection of this.#live) {
      const { age, attributes } = connection.measure();
      const key = JSON.stringify(attributes);
      if (age > (stalest.get(key)?.age ?? -1)) stalest.set(key, { age, attributes });
    }
    for (const { age, attributes } of stalest.values()) result.observe(this.#age, age, attributes);
  };
}
