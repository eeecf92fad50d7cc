import {
  connect,
  type ConnectionOptions,
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from "@nats-io/transport-node";
import { TransportError } from "hpx-transport";
import { LogUnavailable } from "../errors.js";
import type { NatsServers } from "./options.js";

/** How long an answer may take, in milliseconds. A cluster that elects a leader takes longer: the caller asks again. */
const TIMEOUT = 5000;

/** How long the first connection may take, in milliseconds. */
const FIRST_TIMEOUT = 10_000;

/** The answer of an API call, or the error in it. */
export type ApiAnswer<T> = T | { readonly error: ApiError };

/** An error of JetStream. */
export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/**
 * A connection to NATS that connects again by itself, for as long as it takes. While it is away, calls fail at once: what the
 * client would keep and send later could arrive after the log lost its end.
 */
export class NatsLink {
  readonly url: string;
  /** Rises with each connection. */
  epoch = 1;
  readonly #connection: NatsConnection;
  #away: ReturnType<typeof deferred> = deferred();
  #isAway = false;

  private constructor(url: string, connection: NatsConnection) {
    this.url = url;
    this.#connection = connection;
    void this.#watch();
  }

  /** @throws {TransportError} `CONFIG` where no server answers, or none lets us in */
  static async open({ servers, user, password, token }: NatsServers): Promise<NatsLink> {
    const url = servers.join(",");
    const options: ConnectionOptions = {
      servers: servers.map((server) => server.replace(/^[a-z]+:\/\//, "")),
      name: "hpx-relay",
      timeout: FIRST_TIMEOUT,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 10_000,
      ignoreAuthErrorAbort: true,
      ...(user !== undefined && { user, pass: password ?? "" }),
      ...(token !== undefined && { token }),
      ...(servers.some((server) => server.startsWith("tls:")) && { tls: {} }),
    };
    try {
      return new NatsLink(url, await connect(options));
    } catch (error) {
      const expected = `it takes nats-servers that answer and let the relay in: start one, or check user and password (${(error as Error).message})`;
      throw TransportError.config("log", url, expected);
    }
  }

  /** The version of the server, as numbers. */
  get version(): { readonly text: string; readonly isAtLeast: (major: number, minor: number) => boolean } {
    const text = this.#connection.info?.version ?? "0.0.0";
    const [major = 0, minor = 0] = text.split(".").map(Number);
    return { text, isAtLeast: (one, other) => major > one || (major === one && minor >= other) };
  }

  /** The largest message, headers included, in bytes. */
  get maxPayload(): number {
    return this.#connection.info?.max_payload ?? 1024 * 1024;
  }

  /** An API call of JetStream: JSON both ways. @throws {LogUnavailable} where there is no answer */
  async api<T>(name: string, request: object = {}): Promise<ApiAnswer<T>> {
    const { data } = await this.request(`$JS.API.${name}`, JSON.stringify(request));
    return JSON.parse(Buffer.from(data).toString()) as ApiAnswer<T>;
  }

  /** A message with an answer. @throws {LogUnavailable} where there is none */
  async request(subject: string, payload: Uint8Array | string, hdrs?: MsgHdrs): Promise<Msg> {
    this.#assertThere();
    try {
      const options = { timeout: TIMEOUT, ...(hdrs !== undefined && { headers: hdrs }) };
      return await Promise.race([this.#connection.request(subject, payload, options), this.#away.promise]);
    } catch (error) {
      throw error instanceof LogUnavailable ? error : new LogUnavailable(`${this.url}: ${(error as Error).message}`);
    }
  }

  /** A message without an answer. @throws {LogUnavailable} while the servers are away */
  publish(subject: string, payload: Uint8Array | string, hdrs?: MsgHdrs): void {
    this.#assertThere();
    this.#connection.publish(subject, payload, hdrs && { headers: hdrs });
  }

  /** The servers are away: it connects again by itself. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** The connection itself, for subscriptions. */
  get connection(): NatsConnection {
    return this.#connection;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #assertThere(): void {
    if (this.#isAway || this.#connection.isClosed()) throw new LogUnavailable(`${this.url}: not connected`);
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === "disconnect" && !this.#isAway) {
        this.#isAway = true;
        this.epoch += 1;
        this.#away.reject(new LogUnavailable(`${this.url}: the connection broke`));
        this.#away = deferred();
      } else if (status.type === "reconnect") {
        this.#isAway = false;
        this.epoch += 1;
      }
    }
  }
}

/**
 * Headers whose text is made already, in ASCII. When the client publishes a message, it asks its headers for their bytes and
 * for nothing else (`ProtocolHandler.publish` of nats-core 3.3.1, which is pinned); its own headers check every name and value of
 * every message.
 */
export function encodedHeaders(text: string): MsgHdrs {
  return { encode: () => Buffer.from(text, "latin1") } as unknown as MsgHdrs;
}

/** Headers with the given values. */
export function headersOf(values: Readonly<Record<string, string>>): MsgHdrs {
  const all = headers();
  for (const [name, value] of Object.entries(values)) all.set(name, value);
  return all;
}

function deferred(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  const failure = new AbortController();
  const promise = new Promise<never>((_, reject) => {
    failure.signal.addEventListener("abort", () => reject(failure.signal.reason as Error));
  });
  promise.catch(() => {});
  return { promise, reject: (error) => failure.abort(error) };
}
