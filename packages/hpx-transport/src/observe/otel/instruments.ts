import type {
  Attributes,
  BatchObservableResult,
  Counter,
  Histogram,
  Meter,
  ObservableGauge,
  UpDownCounter,
} from "@opentelemetry/api";
import type { Transport } from "./attributes.js";
import type { ConnectionMetrics } from "./connection-metrics.js";

/** The boundaries that the conventions advise for the duration of HTTP requests, in seconds, and two for slow servers. */
const CONNECT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

/** The instruments of one meter for one transport, and the connections that they measure. */
export class Instruments {
  /** The attribute with the reason of a reconnect. */
  readonly reason: string;
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

  constructor(meter: Meter, transport: Transport) {
    this.#meter = meter;
    const prefix = `hpx.${transport}.client`;
    this.reason = `hpx.${transport}.reconnect.reason`;
    this.connectDuration = meter.createHistogram(`${prefix}.connect.duration`, {
      description: "From the beginning of an attempt to its accepted response, or to its failure.",
      unit: "s",
      advice: { explicitBucketBoundaries: CONNECT_BUCKETS },
    });
    this.events = meter.createCounter(`${prefix}.events`, { description: "Events received.", unit: "{event}" });
    this.io = meter.createCounter(`${prefix}.io`, {
      description: "Bytes of response bodies received, decompressed.",
      unit: "By",
    });
    this.dropped = meter.createCounter(`${prefix}.dropped`, {
      description: "Events dropped because the consumer did not keep up.",
      unit: "{event}",
    });
    this.lost = meter.createCounter(`${prefix}.lost`, {
      description: "Events that servers said are lost, at the least.",
      unit: "{event}",
    });
    this.skipped = meter.createCounter(`${prefix}.skipped`, {
      description: "Events that json() passed over because it could not read them.",
      unit: "{event}",
    });
    this.reconnects = meter.createCounter(`${prefix}.reconnects`, {
      description: "Attempts that followed another one, by what ended that.",
      unit: "{reconnect}",
    });
    this.depth = meter.createUpDownCounter(`${prefix}.channel.depth`, {
      description: "Events received that the consumers have not taken yet.",
      unit: "{event}",
    });
    this.#age = meter.createObservableGauge(`${prefix}.event.age`, {
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
