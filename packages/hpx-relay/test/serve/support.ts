import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { LogServer, type LogServerOptions, type Message, type RelayLog, SqliteLog } from "hpx-relay";
import { onTestFinished } from "vitest";
import { appendOf, messageOf, temporaryFolder, until } from "../support.js";

/** What a client reads: `id` is that of the event, and `data` as text. */
export interface Read {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** A log that a test appends to. */
export class TestLog {
  readonly log: RelayLog;
  readonly #last = new Map<string, readonly [pos: number, n: number]>();

  constructor(log: RelayLog) {
    this.log = log;
  }

  /** One in a file. */
  static async inFile(path: string = join(temporaryFolder(), "relay.db")): Promise<TestLog> {
    const log = await SqliteLog.open(path);
    onTestFinished(() => log.close().catch(() => {}));
    return new TestLog(log);
  }

  /** Appends the next `count` events of a source: the data of event 3 is `event 3`. */
  async add(source: string, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 900) {
      const [pos, n] = this.#last.get(source) ?? [0, 0];
      const numbers = Array.from({ length: Math.min(left, 900) }, (_, index) => n + 1 + index);
      const [next = 0] = await this.log.append([appendOf(source, pos, ...numbers)]);
      this.#last.set(source, [next, n + numbers.length]);
    }
  }

  /** Appends a message of any kind. */
  async append(source: string, message: Parameters<RelayLog["append"]>[0][number]["messages"][number]): Promise<void> {
    const [pos] = this.#last.get(source) ?? [0, 0];
    const [next = 0] = await this.log.append([{ ...appendOf(source, pos), messages: [message] }]);
    this.#last.set(source, [next, message.n]);
  }

  /** The log lost its end: what is appended next comes after this position. */
  forgetAfter(source: string, pos: number, n: number): void {
    this.#last.set(source, [pos, n]);
  }
}

/** A server that goes with the test, on a free port. */
export async function serve(
  log: RelayLog,
  options: Partial<LogServerOptions> = {},
  sources: readonly string[] = ["a", "b"],
): Promise<LogServer> {
  const server = await LogServer.start({ port: 0, pollInterval: 5, log, sources, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** A client, by `fetch`: it keeps what it reads. Its parser knows what the server writes, and nothing of the code of the server. */
export class Reader {
  readonly events: Read[] = [];
  /** The last id, also of a block without data. */
  lastEventId = "";
  /** What `retry` said, in their order. */
  readonly retries: number[] = [];
  comments = 0;
  /** What came after the last whole block. */
  rest = "";
  /** Resolves when the stream is over, with the error or without one. */
  readonly over: Promise<unknown>;
  readonly #stop = new AbortController();
  readonly #url: string;

  constructor(url: string, lastEventId?: string) {
    this.#url = url;
    this.over = this.#read(url, lastEventId).then(
      () => undefined,
      (error: unknown) => error,
    );
    onTestFinished(() => this.close());
  }

  /** Resolves when it has `count` events. */
  async has(count: number, deadline?: number): Promise<readonly Read[]> {
    await until(`${count} events of ${this.#url}`, () => this.events.length >= count, deadline);
    return this.events;
  }

  /** The data of its events. */
  get data(): string[] {
    return this.events.map(({ event, data }) => (event === "message" ? data : `<${event} ${data}>`));
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(url: string, lastEventId: string | undefined): Promise<void> {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const response = await fetch(url, { headers, signal: this.#stop.signal });
    if (response.status !== 200 || response.body === null) throw new Error(`${response.status}`);
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (this.rest + part).split("\n\n");
      this.rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block.split("\n"));
    }
  }

  #take(lines: readonly string[]): void {
    const values = (name: string): string[] =>
      lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
    this.comments += lines.filter((line) => line.startsWith(":")).length;
    this.retries.push(...values("retry").map(Number));
    this.lastEventId = values("id")[0] ?? this.lastEventId;
    const data = values("data");
    if (data.length === 0) return;
    this.events.push({ event: values("event")[0] ?? "message", data: data.join("\n"), id: this.lastEventId });
  }
}

/** `event 1` to `event N`. */
export function events(to: number, from = 1): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `event ${from + index}`);
}

/** A value of /metrics. */
export async function metric(server: LogServer, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`hpx_relay_serve_${name} `));
  if (line === undefined) throw new Error(`no ${name} in ${text}`);
  return Number(line.split(" ").at(-1));
}

/** A client that reads nothing until it is told to. */
export async function silentClient(server: LogServer, path: string, lastEventId = "earliest"): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nLast-Event-ID: ${lastEventId}\r\n\r\n`);
  return socket;
}

/** A marker, as the relay writes it. */
export function marker(kind: "gap" | "rewind" | "reset" | "cursor", n: number, facts = "{}"): Message {
  return messageOf(n, { kind, facts, data: new Uint8Array() });
}

/** Resolves when the server has said where a client stands. */
export async function connected(reader: Reader): Promise<void> {
  await until("the place of the client", () => reader.lastEventId !== "");
}
