import { isUtf8 } from "node:buffer";
import { Newest } from "../newest.js";
import type { ReceivedFrame } from "./frame-reader.js";

/** One message as the server received it. */
export interface ReceivedMessage {
  /** Text as a string, binary as bytes. */
  readonly data: string | Uint8Array;
  /** The data as text. */
  readonly text: string;
  /** In how many frames it came. */
  readonly frames: number;
  /** When it was complete, in milliseconds of `performance.now()`. */
  readonly at: number;
  /** The data as JSON. Throws a `SyntaxError` if it is none. */
  json(): unknown;
}

/** Everything that a client sent on one connection: frames, the messages in them, and what RFC 6455 forbids. */
export class MessageLog {
  readonly frames: Newest<ReceivedFrame>;
  readonly messages: Newest<ReceivedMessage>;
  readonly violations: string[] = [];
  /** The first Close frame. */
  close: ReceivedFrame | undefined;
  /** Whether the client may set RSV1: `permessage-deflate` was agreed on. */
  allowsRsv1 = false;
  #open: ReceivedFrame[] = [];

  constructor(bytes: number) {
    this.frames = new Newest("frame", "recordedBytes", bytes, ({ payload }) => payload.length + 64);
    this.messages = new Newest("message", "recordedBytes", bytes, ({ data }) => data.length + 64);
  }

  add(frame: ReceivedFrame): void {
    this.frames.add(frame);
    this.#judge(frame);
    if (frame.kind === "close") this.close ??= frame;
    if (frame.opcode > 2) return;
    this.#open.push(frame);
    if (frame.fin) this.#complete();
  }

  #complete(): void {
    const frames = this.#open;
    this.#open = [];
    const payload = frames.length === 1 ? (frames[0]?.payload as Buffer) : Buffer.concat(frames.map((f) => f.payload));
    const isText = frames[0]?.kind === "text";
    if (isText && !this.allowsRsv1 && !isUtf8(payload)) this.#violation("its text is not UTF-8");
    this.messages.add(new Message(isText ? payload.toString() : payload, frames.length));
  }

  #judge({ kind, fin, rsv, masked, payload }: ReceivedFrame): void {
    const isControl = kind === "close" || kind === "ping" || kind === "pong";
    const allowed = this.allowsRsv1 && !isControl && kind !== "continuation" ? 4 : 0;
    if (!masked) this.#violation("it is not masked");
    if ((rsv & ~allowed) !== 0) this.#violation(`its reserved bits are ${rsv}`);
    if (kind === "unknown") this.#violation("its opcode is reserved");
    if (isControl && !fin) this.#violation(`a ${kind} is fragmented`);
    if (isControl && payload.length > 125) this.#violation(`a ${kind} has ${payload.length} bytes`);
    if (kind === "close" && payload.length === 1) this.#violation("a close has one byte");
    if (kind === "close" && !isUtf8(payload.subarray(2))) this.#violation("its reason is not UTF-8");
    if (kind === "continuation" && this.#open.length === 0) this.#violation("it continues no message");
    if ((kind === "text" || kind === "binary") && this.#open.length > 0) {
      this.#violation("it begins a message inside another one");
    }
    if (this.close !== undefined) this.#violation("it comes after a Close frame");
  }

  #violation(what: string): void {
    this.violations.push(`frame ${this.frames.count}: ${what}`);
  }
}

class Message implements ReceivedMessage {
  readonly data: string | Uint8Array;
  readonly frames: number;
  readonly at: number = performance.now();

  constructor(data: string | Uint8Array, frames: number) {
    this.data = data;
    this.frames = frames;
  }

  get text(): string {
    return typeof this.data === "string" ? this.data : Buffer.from(this.data).toString();
  }

  json(): unknown {
    return JSON.parse(this.text) as unknown;
  }
}
