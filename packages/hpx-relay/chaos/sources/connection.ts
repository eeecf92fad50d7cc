import type { IncomingMessage, ServerResponse } from "node:http";
import { SETTINGS } from "../settings.js";
import type { Sent, Source } from "./source.js";

/** How a stream breaks. */
export type Break = "ends" | "cuts" | "resets" | "holds";

/** Bytes of an event that is not finished: the relay must take neither it nor its id. */
const UNFINISHED = "id: 99999999999\nevent: unfinished\ndata: this must not be in the log: é";

/** One answer with events. It sends as fast as the reader takes them, or slowly. */
export class Connection {
  readonly source: Source;
  readonly #response: ServerResponse;
  #next: number;
  #isHeld = false;
  readonly #keepAlive: NodeJS.Timeout;
  readonly #pace: NodeJS.Timeout | undefined;

  /** `slow`: one event at a time, with a pause of so many milliseconds; 0: no pause. */
  constructor(source: Source, { headers }: IncomingMessage, response: ServerResponse, slow: number) {
    this.source = source;
    this.#response = response;
    const asked = Buffer.from(String(headers["last-event-id"] ?? ""), "latin1").toString();
    const told =
      source.kind.options.handler === "mercure" ? { "last-event-id": source.has(asked) ? asked : "earliest" } : {};
    this.#next = source.connect(asked).start;
    response.writeHead(200, { "content-type": "text/event-stream", ...told });
    response.write("retry: 50\n\n");
    this.#keepAlive = setInterval(() => this.#isHeld || response.write(":\n\n"), SETTINGS.keepAliveEvery);
    this.#pace = slow > 0 ? setInterval(() => this.#write(1), slow) : undefined;
    response.on("drain", () => this.pump());
    response.on("close", () => {
      clearInterval(this.#keepAlive);
      clearInterval(this.#pace);
    });
    this.pump();
  }

  /** Sends what is there, if the reader takes it. */
  pump(): void {
    if (this.#pace === undefined) this.#write(Infinity);
  }

  /** `bytes`: of an unfinished event, before the break. */
  break(how: Break, bytes: number): void {
    const { socket } = this.#response;
    this.#isHeld = true;
    this.#response.write(UNFINISHED.slice(0, bytes));
    if (how === "ends") this.#response.end();
    else if (how === "cuts") socket?.destroy();
    else if (how === "resets") socket?.resetAndDestroy();
  }

  #write(most: number): void {
    const { events } = this.source;
    for (let count = 0; count < most && this.#next < events.length; count += 1) {
      if (this.#isHeld || this.#response.writableNeedDrain || this.#response.destroyed) return;
      this.#response.write(textOf(events[this.#next] as Sent));
      this.#next += 1;
    }
  }
}

function textOf({ ownId, event, data }: Sent): string {
  const id = ownId === undefined ? "" : `id: ${ownId}\n`;
  const type = event === "message" ? "" : `event: ${event}\n`;
  return `${id}${type}${data
    .split("\n")
    .map((line) => `data: ${line}\n`)
    .join("")}\n`;
}
