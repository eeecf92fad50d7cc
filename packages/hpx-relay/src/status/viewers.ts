import type { ServerResponse } from "node:http";
import type { RelayStatus, SourceStatus } from "./status.js";

/** How often viewers get what changed, in milliseconds. */
const INTERVAL = 1000;

/** Pages that are open at one time. */
const MOST_VIEWERS = 100;

/** A viewer with so many bytes that it did not take is cut; it comes back and gets everything anew. */
const SLOW = 4 * 1024 * 1024;

const HEAD = { "content-type": "text/event-stream", "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** Tells the status to open pages as server-sent events: everything at first, then each second what changed. */
export class Viewers {
  readonly #status: () => RelayStatus;
  readonly #responses = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  /** Each source as it was told last. */
  #told = new Map<string, string>();

  constructor(status: () => RelayStatus) {
    this.#status = status;
  }

  /** Adds a viewer. Returns false where there are too many. */
  add(response: ServerResponse): boolean {
    if (this.#responses.size >= MOST_VIEWERS) return false;
    response.writeHead(200, HEAD);
    const status = this.#status();
    response.write(`retry: 1000\n\n${relayEvent(status)}${event("all", JSON.stringify(status.sources))}`);
    this.#responses.add(response);
    response.on("close", () => this.#remove(response));
    this.#timer ??= this.#begin(status.sources);
    return true;
  }

  /** Tells no more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const response of this.#responses) response.end();
    this.#responses.clear();
  }

  #begin(sources: readonly SourceStatus[]): NodeJS.Timeout {
    this.#told = new Map(sources.map((each) => [each.name, JSON.stringify(each)]));
    return setInterval(() => this.#tell(), INTERVAL);
  }

  #remove(response: ServerResponse): void {
    this.#responses.delete(response);
    if (this.#responses.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    const status = this.#status();
    const now = new Map(status.sources.map((each) => [each.name, JSON.stringify(each)]));
    const changed = [...now].flatMap(([name, text]) => (this.#told.get(name) === text ? [] : text));
    const gone = [...this.#told.keys()].filter((name) => !now.has(name));
    this.#told = now;
    const events =
      relayEvent(status) + (gone.length > 0 ? event("gone", JSON.stringify(gone)) : "") + sourcesEvent(changed);
    for (const response of this.#responses) {
      response.write(events);
      if (response.writableLength > SLOW) response.destroy();
    }
  }
}

function relayEvent({ id, startedAt, ready, log, group }: RelayStatus): string {
  return event("relay", JSON.stringify({ id, startedAt, ready, log, group }));
}

function sourcesEvent(sources: readonly string[]): string {
  return event("sources", `[${sources.join(",")}]`);
}

/** JSON has no line ends. */
function event(type: string, data: string): string {
  return `event: ${type}\ndata: ${data}\n\n`;
}
