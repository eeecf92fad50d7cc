import {
  type Logger,
  SseConnection,
  type SseCursor,
  type SseEvent,
  type SseInterruption,
  sseHandlers,
} from "hpx-transport/sse";
import type { ConnectPace } from "./connect-pace.js";
import type { Arrived, Feed, Interruption } from "./feed.js";
import type { SourceSettings } from "./settings.js";

/** What a feed needs beside its source. */
export interface SseFeedContext {
  /** Events that wait while an append is under way: as many as one append takes. */
  readonly capacity: number;
  readonly pace: ConnectPace;
  readonly logger: Logger | undefined;
  /** The connection to the source was made, is made again, or waits. */
  readonly onState: (state: "connecting" | "connected", error: unknown) => void;
}

/** A feed over server-sent events. It reconnects by itself until it is closed, or the server refuses for good. */
export class SseFeed implements Feed {
  readonly #connection: SseConnection;
  readonly #stop = new AbortController();
  readonly #interruptions: Interruptions;

  /** Opens the feed; `id` is the one to resume after. */
  constructor(source: SourceSettings, id: string, { capacity, pace, logger, onState }: SseFeedContext) {
    this.#interruptions = new Interruptions(id, source);
    const handler = sseHandlers[source.handler]();
    handler.onStateChange = (state) => {
      if (state.status === "closed" || state.status === "disconnected") return;
      onState(state.status === "connected" ? "connected" : "connecting", "error" in state ? state.error : undefined);
    };
    this.#connection = SseConnection.open({
      url: source.url,
      name: source.name,
      headers: source.headers,
      handler,
      logger,
      cursor: this.#interruptions,
      auth: pace.before(source.connectsPerOrigin, this.#stop.signal),
      idleTimeout: source.idleTimeout,
      // The relay waits for a source for as long as it takes.
      signTimeout: 0,
      openTimeout: 0,
      eventCapacity: capacity,
    });
  }

  batches(): AsyncIterable<readonly Arrived[]> {
    const batches = this.#connection.batches()[Symbol.asyncIterator]();
    // A generator would wait once more for each batch.
    const next = async (): Promise<IteratorResult<readonly Arrived[], undefined>> => {
      const result = await batches.next();
      return result.done === true ? result : { done: false, value: this.#interruptions.join(result.value) };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#connection.close();
  }
}

/** A cursor that keeps nothing: it says where to begin, and notes what happened between the events. */
class Interruptions implements SseCursor {
  readonly #id: string;
  readonly #takesAll: boolean;
  readonly #hasIds: boolean;
  #missed: Interruption | undefined;
  #noted = new Map<SseEvent, SseInterruption>();

  constructor(id: string, { handler, ids }: SourceSettings) {
    this.#id = id;
    // No service says which events are greetings.
    this.#takesAll = handler === "generic";
    this.#hasIds = ids;
  }

  async open(): Promise<string> {
    return this.#id;
  }

  asked(): void {}

  handOver(event: SseEvent, before: SseInterruption | undefined): boolean {
    if (before !== undefined) this.#noted.set(event, before);
    return true;
  }

  async close(): Promise<void> {}

  /** The events of the feed; greetings and the like are left out, and what came before them is kept for the next. */
  join(events: readonly SseEvent[]): readonly Arrived[] {
    // Most of the time nothing happened between the events: they are what they should be.
    if (this.#takesAll && this.#hasIds && this.#missed === undefined && this.#noted.size === 0) return events;
    const arrived: Arrived[] = [];
    for (const event of events) {
      const noted = this.#noted.get(event);
      const isContent = this.#takesAll || event.kind === "data" || event.kind === "unknown";
      if (noted !== undefined) this.#missed = merged(this.#missed, noted, isContent);
      if (!isContent) continue;
      const id = this.#hasIds ? event.id : "";
      const each = { event: event.event, id, data: event.data };
      arrived.push(this.#missed === undefined ? each : { ...each, before: this.#missed });
      this.#missed = undefined;
    }
    this.#noted.clear();
    return arrived;
  }
}

/** What is known of an own id is about the event that was noted. */
function merged(first: Interruption | undefined, next: SseInterruption, isContent: boolean): Interruption {
  const { connected, lost, hasOwnId } = next;
  const both =
    first?.lost === undefined
      ? lost
      : lost === undefined
        ? first.lost
        : lost === "unknown" || first.lost === "unknown"
          ? "unknown"
          : lost + first.lost;
  return {
    connected: connected || first?.connected === true,
    ...(both !== undefined && { lost: both }),
    ...(isContent && { hasOwnId }),
  };
}
