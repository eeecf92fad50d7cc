// Everything that one connection of the mock server can do, well-formed or not: longer than other files, as a list of short
// methods.
import { once } from "node:events";
import { Conversation, type ConversationSockets } from "../conversation.js";
import type { WaitOptions } from "../options.js";
import { FrameReader, type ReceivedFrame } from "./frame-reader.js";
import { closeBody, encodeFrame, encodeMessage, type FrameKind, type FrameParts } from "./frames.js";
import { acceptHead, chosenProtocol, refusal } from "./handshake.js";
import { MessageLog, type ReceivedMessage } from "./message-log.js";
import type { OnClose, WsEnding, WsResponseHead, WsScript, WsStep } from "./script.js";
import { type Violation, VIOLATIONS } from "./violations.js";

/** The parts of its server that a connection needs. @internal */
export interface ConnectionContext extends ConversationSockets {
  /** Path and query. */
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  readonly headers: NonNullable<WsResponseHead["headers"]>;
  readonly recordedBytes: number;
  /** Waits with a deadline until a condition holds. */
  readonly wait: (what: string, condition: () => boolean, options?: WaitOptions) => Promise<void>;
  /** Called when something changed that a wait may wait for. */
  readonly changed: () => void;
}

/** The Close frame of a client. */
export interface ClientClose {
  /** Its code; `undefined` where it has none. */
  readonly code: number | undefined;
  /** Its reason; empty where it has none. */
  readonly reason: string;
}

/**
 * One connection of a {@link MockWsServer}: the handshake as it came, everything that the client sent, and what the server does
 * next. Pings are answered, and Close frames too, unless the reply says otherwise. Its waits end with it: see
 * {@link Conversation}.
 */
export class MockWsConnection extends Conversation<WsStep, WsEnding> implements AsyncIterable<ReceivedMessage> {
  /** Path and query of the handshake, as sent. */
  readonly url: string;
  /** The headers of the handshake, as `RecordedRequest` has them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The subprotocols that the client offers. */
  readonly protocols: readonly string[];
  /** When the handshake arrived, in milliseconds of `performance.now()`. */
  readonly at: number = performance.now();
  /** Resolves when the TCP connection is gone; never rejects. */
  readonly closed: Promise<void>;
  /** `false`: pings get no pong. */
  answersPings: boolean = true;
  /** What a Close frame of the client does. */
  onClose: OnClose = "answer";

  readonly #context: ConnectionContext;
  readonly #log: MessageLog;
  #state: "new" | "open" | "refused" = "new";
  #protocol: string | undefined;
  #end: "fin" | "reset" | undefined;
  #isClosed = false;
  #closeSent = false;
  /** Kept back until the next write. */
  #heldHead: Buffer | undefined;
  /** Resolved, and made anew, at each frame. */
  #arrival = new Arrival();
  #taken = 0;

  /** @internal */
  constructor(context: ConnectionContext) {
    super("the connection", context);
    const { url, requestHeaders, top, gone, recordedBytes } = context;
    this.#context = context;
    this.#log = new MessageLog(recordedBytes);
    this.url = url;
    this.headers = requestHeaders;
    this.protocols = requestHeaders["sec-websocket-protocol"]?.split(/\s*,\s*/) ?? [];
    const reader = new FrameReader((frame) => this.#take(frame));
    top.on("data", (bytes: Buffer) => reader.push(bytes));
    top.on("end", () => this.#ended("fin"));
    top.on("error", (error: NodeJS.ErrnoException) => error.code === "ECONNRESET" && this.#ended("reset"));
    this.closed = this.#gone(gone);
  }

  /** Whether the handshake was accepted, and the TCP connection is there. */
  get isOpen(): boolean {
    return this.#state === "open" && !this.#isClosed;
  }

  /** Whether the TCP connection is gone. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The subprotocol that the server chose. */
  get protocol(): string | undefined {
    return this.#protocol;
  }

  /** The frames that the client sent, oldest first; only the newest if they are more than `recordedBytes`. */
  get frames(): readonly ReceivedFrame[] {
    return this.#log.frames.newest;
  }

  /** The messages that the client sent, oldest first; only the newest if they are more than `recordedBytes`. */
  get messages(): readonly ReceivedMessage[] {
    return this.#log.messages.newest;
  }

  /** The messages as text. */
  get texts(): readonly string[] {
    return this.messages.map(({ text }) => text);
  }

  /** How many messages came, forgotten ones included. */
  get messageCount(): number {
    return this.#log.messages.count;
  }

  /** What the client sent against RFC 6455, in words: empty for a well-behaved client. */
  get violations(): readonly string[] {
    return this.#log.violations;
  }

  /** The first Close frame of the client. */
  get clientClose(): ClientClose | undefined {
    const close = this.#log.close;
    return close && { code: close.code, reason: close.code === undefined ? "" : close.text };
  }

  /** How the client ended the TCP connection, as far as it did so first. */
  get clientEnd(): "fin" | "reset" | undefined {
    return this.#end;
  }

  /** The `n`-th message (1 is the first). Waits for it, and rejects if it was forgotten. */
  async message(n: number, options?: WaitOptions): Promise<ReceivedMessage> {
    await this.wait(`message ${n}`, () => this.messageCount >= n, options);
    return this.#log.messages.at(n);
  }

  /** The first frame of `kind`, such as `"pong"`. Waits for it. */
  async frame(kind: FrameKind, options?: WaitOptions): Promise<ReceivedFrame> {
    const find = (): ReceivedFrame | undefined => this.frames.find((frame) => frame.kind === kind);
    await this.wait(`a ${kind} frame`, () => find() !== undefined, options);
    return find() as ReceivedFrame;
  }

  /** Waits until `condition` holds, which is checked at each frame. The error of a wait that takes too long says `what`. */
  async wait(what: string, condition: () => boolean, options?: WaitOptions): Promise<void> {
    await this.#context.wait(what, condition, options);
  }

  /** The next message that no earlier call took, for reply functions: it waits as long as the connection lives. */
  async receive(): Promise<ReceivedMessage> {
    if (this.#state === "new") await this.accept();
    while (this.messageCount <= this.#taken) await this.until(this.#arrival.promise);
    this.#taken += 1;
    return this.#log.messages.at(this.#taken);
  }

  /** The messages that no earlier call took, as they come; ends with the connection. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedMessage> {
    if (this.#state === "new") await this.accept();
    for (;;) {
      while (this.messageCount <= this.#taken && !this.signal.aborted) await this.#arrival.promise;
      if (this.messageCount <= this.#taken) return;
      yield await this.receive();
    }
  }

  /** Accepts the handshake. Without it, the first write or wait for a message does. */
  async accept(script: WsScript = {}): Promise<void> {
    const headers = { ...this.#context.headers, ...script.headers };
    const head = acceptHead(
      { ...script, headers },
      { key: this.headers["sec-websocket-key"], protocols: this.protocols },
    );
    this.#protocol = chosenProtocol(script, this.protocols);
    this.#log.allowsRsv1 = /sec-websocket-extensions: permessage-deflate/i.test(head.toString("latin1"));
    this.#state = "open";
    if (script.headWithBody === true) this.#heldHead = head;
    else await this.#paced(script.headPace ?? null, head);
    this.#context.changed();
  }

  /** Refuses the handshake with a status, headers and a body. */
  async refuse(head: WsResponseHead, pace: WsScript["headPace"] | null = null): Promise<void> {
    this.#state = "refused";
    await this.#paced(pace ?? null, refusal({ ...head, headers: { ...this.#context.headers, ...head.headers } }));
  }

  /** Sends a message: text for a string, binary for bytes; in one frame, or in fragments of `fragments` bytes. */
  async send(data: string | Uint8Array, fragments?: number): Promise<void> {
    for (const frame of encodeMessage(data, fragments)) await this.write(frame);
  }

  /** Sends `value` as a text message of JSON. */
  async sendJson(value: unknown): Promise<void> {
    await this.send(JSON.stringify(value));
  }

  /** Sends one frame in its parts. */
  async sendFrame(parts: FrameParts): Promise<void> {
    await this.write(encodeFrame(parts));
  }

  /** Sends a ping. */
  async ping(payload: string | Uint8Array = ""): Promise<void> {
    await this.sendFrame({ opcode: "ping", payload });
  }

  /** Sends a pong. */
  async pong(payload: string | Uint8Array = ""): Promise<void> {
    await this.sendFrame({ opcode: "pong", payload });
  }

  /** Sends a Close frame, and nothing else; `null`: without a body. */
  async sendClose(code: number | null = 1000, reason?: string): Promise<void> {
    this.#closeSent = true;
    await this.sendFrame({ opcode: "close", payload: closeBody(code ?? undefined, reason) });
  }

  /** Sends bytes that break RFC 6455. */
  async garble(violation: Violation): Promise<void> {
    for (const bytes of VIOLATIONS[violation].frames) await this.write(bytes);
  }

  /** Stops reading: what the client sends piles up, until {@link resumeReading}. */
  stopReading(): void {
    this.#context.top.pause();
  }

  /** Reads again. */
  resumeReading(): void {
    this.#context.top.resume();
  }

  /** Plays `script`. Its head is used only if the handshake was not answered yet. */
  async play(script: WsScript): Promise<void> {
    const { status = 101, steps = [], finish = "close", finishAfter } = script;
    if (script.pongs !== undefined) this.answersPings = script.pongs;
    if (script.onClose !== undefined) this.onClose = script.onClose;
    if (script.head !== false && this.#state === "new") {
      if (status !== 101) return await this.#playRefusal(script);
      await this.accept(script);
    }
    // The steps are sent as they are, whatever they are.
    if (script.head === false) this.#state = "open";
    if (finishAfter !== undefined) this.finishAfter(finishAfter, finish);
    await this.takeAll(steps);
    await this.finish(finish);
  }

  /** Finishes now, as the ending says. */
  override async finish(ending: WsEnding): Promise<void> {
    if (ending === "half-close") await this.halfClose();
    else await this[ending]();
  }

  /** Sends a Close frame; resolves when the client has answered it and the TCP connection is gone. */
  async close(code: number | null = 1000, reason?: string): Promise<void> {
    if (this.#state === "new") await this.accept();
    if (!this.#closeSent) await this.sendClose(code, reason);
    if (this.#log.close !== undefined) this.#context.top.destroySoon();
    await this.closed;
  }

  /** Sends FIN without a Close frame, and reads on. */
  async halfClose(): Promise<void> {
    this.finished("half-closed");
    this.#context.top.end();
    await this.closed;
  }

  /** What follows when a reply function has returned. @internal */
  async done(): Promise<void> {
    if (this.signal.aborted) return;
    await this.finish(this.#state === "refused" ? "cut" : "close");
  }

  /** @internal */
  protected override async take(step: WsStep): Promise<void> {
    if (typeof step === "string" || step instanceof Uint8Array) await this.send(step);
    else if ("json" in step) await this.sendJson(step.json);
    else if ("message" in step) await this.send(step.message, step.fragments);
    else if ("frame" in step) await this.sendFrame(step.frame);
    else if ("ping" in step) await this.ping(step.ping);
    else if ("pong" in step) await this.pong(step.pong);
    else if ("close" in step) await this.sendClose(step.close, step.reason);
    else if ("garble" in step) await this.garble(step.garble);
    else if ("raw" in step) await this.write(step.raw);
    else if ("receive" in step) await this.#receiveStep(step.receive);
    else if ("read" in step) this.#context.top[step.read ? "resume" : "pause"]();
    else if ("delay" in step) await this.delay(step.delay);
    else if ("until" in step) await this.until(step.until);
    else if ("pace" in step) this.pace = step.pace;
    else throw new TypeError(`a script has no step like ${JSON.stringify(step)}`);
  }

  /** @internal */
  protected override async sendPiece(piece: Buffer): Promise<void> {
    if (this.#state === "new") await this.accept();
    const bytes = this.#heldHead === undefined ? piece : Buffer.concat([this.#heldHead, piece]);
    this.#heldHead = undefined;
    if (bytes.length > 0) await this.#send(bytes);
  }

  async #send(bytes: Buffer): Promise<void> {
    // The server has sent its FIN: a Close frame of the client that comes after it has no answer.
    if (this.#context.top.writableEnded) return;
    if (!this.#context.top.write(bytes)) await once(this.#context.top, "drain", { signal: this.signal });
  }

  async #paced(pace: WsScript["headPace"] | null, head: Buffer): Promise<void> {
    for (let at = 0; at < head.length; at += pace?.bytes ?? Infinity) {
      if (pace && at > 0) await this.delay(pace.pause);
      this.signal.throwIfAborted();
      await this.#send(head.subarray(at, at + (pace?.bytes ?? head.length)));
    }
  }

  async #playRefusal(script: WsScript): Promise<void> {
    await this.refuse(script, script.headPace);
    const { finish = "cut" } = script;
    await this.finish(finish === "close" ? "cut" : finish);
  }

  async #receiveStep(wanted: number | ((message: ReceivedMessage) => boolean)): Promise<void> {
    if (typeof wanted === "number") for (let n = 0; n < wanted; n += 1) await this.receive();
    else while (!wanted(await this.receive()));
  }

  /** @internal */
  protected override finished(how: string): void {
    this.signal.throwIfAborted();
    this.overBecause(`it was ${how}`);
    this.#arrival.resolve();
  }

  async #gone(gone: Promise<void>): Promise<void> {
    await gone;
    this.#isClosed = true;
    this.overBecause("it is gone");
    this.#arrival.resolve();
    this.#context.changed();
  }

  #take(frame: ReceivedFrame): void {
    const wasClosed = this.#log.close !== undefined;
    this.#log.add(frame);
    if (frame.kind === "ping" && this.answersPings) this.#answer(this.pong(frame.payload));
    if (frame.kind === "close" && !wasClosed && this.onClose !== "ignore") this.#answer(this.#answerClose(frame));
    const arrival = this.#arrival;
    this.#arrival = new Arrival();
    arrival.resolve();
    this.#context.changed();
  }

  async #answerClose({ payload }: ReceivedFrame): Promise<void> {
    if (!this.#closeSent) {
      this.#closeSent = true;
      await this.sendFrame({ opcode: "close", payload });
    }
    if (this.onClose === "answer") this.#context.top.destroySoon();
  }

  /** An answer that the end of the connection overtakes is no failure. */
  #answer(sent: Promise<void>): void {
    sent.catch(() => {});
  }

  #ended(how: "fin" | "reset"): void {
    this.#end ??= how;
    // After a half-close of the server this ends the connection; else its own end follows.
    if (how === "fin" && this.onClose === "answer") this.#context.top.end();
    this.#context.changed();
  }
}

/** A promise, and the function that resolves it. */
class Arrival {
  resolve: () => void = () => {};
  readonly promise: Promise<void> = new Promise((resolve) => (this.resolve = resolve));
}
