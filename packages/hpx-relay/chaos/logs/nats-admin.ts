import { connect, type NatsConnection } from "@nats-io/transport-node";
import { setTimeout as sleep } from "node:timers/promises";

/** The name of the relay's stream. */
export const STREAM = "RELAY";

/** What is asked of a stream. */
export interface StreamInfo {
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: { readonly first_seq: number; readonly last_seq: number; readonly messages: number };
  readonly cluster?: { readonly leader?: string };
}

/** A message as the API of JetStream gives it; headers and data in base64. */
export interface StoredMessage {
  readonly message: { readonly seq: number; readonly subject: string; readonly hdrs?: string; readonly data?: string };
}

interface Failure {
  readonly error: { readonly code: number; readonly err_code?: number; readonly description?: string };
}

/** No message with this sequence, or on this subject. */
const NO_MESSAGE = 10037;
const TIMEOUT = 3000;
/** A cluster that is whole answers within this time, in milliseconds. */
const PATIENCE = 60_000;

/** Plain requests to the API of JetStream, apart from the code of the relay. */
export class NatsAdmin {
  readonly #addresses: readonly string[];
  #connection: NatsConnection | undefined;

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  /** Asks until there is an answer. @throws {Error} after a minute, or with the error of the API */
  async ask<T>(name: string, request: object = {}): Promise<T> {
    const answer = await this.#answer<T>(name, request);
    if (isFailure(answer)) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
    return answer;
  }

  /** A message, by its sequence or the last one of a subject; `undefined` where there is none. */
  async message(request: { seq: number } | { last_by_subj: string }): Promise<StoredMessage["message"] | undefined> {
    const answer = await this.#answer<StoredMessage>(`STREAM.MSG.GET.${STREAM}`, request);
    if (!isFailure(answer)) return answer.message;
    if (answer.error.err_code === NO_MESSAGE) return undefined;
    throw new Error(`a message of the stream: ${JSON.stringify(answer.error)}`);
  }

  /** Resolves when the stream, where there is one, has a leader and all replicas. */
  async whole(replicas: number): Promise<void> {
    interface Whole extends StreamInfo {
      readonly cluster?: {
        readonly leader?: string;
        readonly replicas?: readonly { readonly current: boolean; readonly offline?: boolean }[];
      };
    }
    const end = Date.now() + PATIENCE;
    for (;;) {
      const info = await this.#answer<Whole>(`STREAM.INFO.${STREAM}`, {});
      if (isFailure(info)) {
        if (info.error.code === 404) return;
      } else {
        const current = info.cluster?.replicas?.filter((each) => each.current && each.offline !== true) ?? [];
        if (info.cluster?.leader !== undefined && current.length === replicas - 1) return;
      }
      if (Date.now() > end) throw new Error(`the stream is not whole after ${PATIENCE} ms: ${JSON.stringify(info)}`);
      await sleep(100);
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #answer<T>(name: string, request: object): Promise<T | Failure> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      try {
        const connection = await this.#connected();
        const answer = await connection.request(`$JS.API.${name}`, JSON.stringify(request), { timeout: TIMEOUT });
        const parsed = answer.json<T | Failure>();
        // Without a leader it is 503, and another answer comes later.
        if (!isFailure(parsed) || parsed.error.code < 500) return parsed;
        if (Date.now() > end) return parsed;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
      await sleep(100);
    }
  }

  async #connected(): Promise<NatsConnection> {
    if (this.#connection === undefined || this.#connection.isClosed()) {
      this.#connection = await connect({ servers: [...this.#addresses], timeout: 1000, reconnect: false });
    }
    return this.#connection;
  }
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === "object" && answer !== null && "error" in answer;
}
