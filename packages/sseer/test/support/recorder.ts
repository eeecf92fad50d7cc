import { EventParser, type EventParserOptions } from "sseer";
import type { Call } from "./reference-parser.js";

const encoder = new TextEncoder();

/** A parser that records the calls of its callbacks. Chunks given as text are encoded. */
export class Recorder {
  readonly calls: Call[] = [];
  /** The received ids, also of blocks without data. */
  readonly ids: string[] = [];
  readonly parser: EventParser;
  /** Runs inside each callback, after the call was recorded. */
  onCall: (call: Call) => void = () => {};

  /** `ignored`: what the standard ignores is recorded, too. */
  constructor(options?: EventParserOptions, { ignored = false } = {}) {
    this.parser = new EventParser(
      {
        onEvent: (event) => this.#record({ kind: "event", event }),
        onId: (id) => this.ids.push(id),
        onComment: (text) => this.#record({ kind: "comment", text }),
        onRetry: (milliseconds) => this.#record({ kind: "retry", milliseconds }),
        ...(ignored && {
          onUnknown: (line: string) => this.#record({ kind: "unknown", line }),
          onEmpty: (type: string) => this.#record({ kind: "empty", event: type }),
        }),
      },
      options,
    );
  }

  push(...chunks: readonly (string | Uint8Array)[]): this {
    for (const chunk of chunks) this.parser.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
    return this;
  }

  /** The data of the events so far. */
  get data(): string[] {
    return this.calls.flatMap((call) => (call.kind === "event" ? [call.event.data] : []));
  }

  /** The calls so far in short form: the data of an event, `: text` for a comment, `retry n`, `? line`, `! type`. */
  get log(): string[] {
    return this.calls.map((call) => {
      if (call.kind === "event") return call.event.data;
      if (call.kind === "empty") return `! ${call.event}`;
      if (call.kind === "unknown") return `? ${call.line}`;
      return call.kind === "comment" ? `: ${call.text}` : `retry ${call.milliseconds}`;
    });
  }

  #record(call: Call): void {
    this.calls.push(call);
    this.onCall(call);
  }
}
