import {
  type Claim,
  type CursorRecord,
  type CursorStore,
  DurableCursor,
  type DurableOptions,
  MemoryCursorStore,
} from "hpx-transport/durable";
import { SseConnection, type SseEvent, type SseOptions } from "hpx-transport/sse";
import { onTestFinished } from "vitest";

/** A memory store whose saves a test can see, fail and hold. */
export class WatchedStore extends MemoryCursorStore {
  readonly saves: CursorRecord[] = [];
  /** Saves that have begun and not ended. */
  underWay = 0;
  /** Saves that failed. */
  failed = 0;
  /** Claims and saves fail with it while it is set. */
  failure: Error | undefined;
  #gate: Promise<void> = Promise.resolve();

  /** Saves wait until the returned function is called. */
  holdSaves(): () => void {
    let release = (): void => {};
    this.#gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    return release;
  }

  override async claim(name: string): Promise<Claim> {
    if (this.failure !== undefined) throw this.failure;
    return await super.claim(name);
  }

  override async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    this.underWay += 1;
    try {
      await this.#gate;
      if (this.failure !== undefined) {
        this.failed += 1;
        throw this.failure;
      }
      await super.save(name, record, claim);
      this.saves.push(record);
    } finally {
      this.underWay -= 1;
    }
  }

  /** The record that was saved last. */
  get last(): CursorRecord | undefined {
    return this.saves.at(-1);
  }
}

/** A turn of the event loop: what was saved in memory is saved. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function cursorOver(store: CursorStore, options: Partial<DurableOptions> = {}): DurableCursor {
  return new DurableCursor({ name: "test", store, saveEvery: 1, ...options });
}

/** A connection that is closed when the test is over. */
export function open(options: SseOptions): SseConnection {
  const connection = SseConnection.open({ reconnect: false, ...options });
  onTestFinished(async () => await connection.close());
  return connection;
}

/** The next event, which must be there. */
export async function next(connection: SseConnection): Promise<SseEvent> {
  const { done, value } = await connection.next();
  if (done) throw new Error("the stream ended");
  return value;
}

/** The data of every event until the stream ends. */
export async function drain(connection: SseConnection): Promise<string[]> {
  const data: string[] = [];
  for await (const event of connection) data.push(event.data);
  return data;
}

/** A body of events with the ids `from` to `to`; their data is `eN`. */
export function events(from: number, to: number): string {
  let body = "";
  for (let id = from; id <= to; id += 1) body += `id: ${id}\ndata: e${id}\n\n`;
  return body;
}
