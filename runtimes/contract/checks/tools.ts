import { SseConnection, type SseEvent, type SseSource } from "hpx-transport/sse";

/** Reconnects at once, so that a check is fast. */
export const PROMPT = { initialDelay: 1, jitter: 0 } as const;

/** Opens a connection, calls `use`, and closes the connection. */
export async function using<T>(source: SseSource, use: (connection: SseConnection) => Promise<T>): Promise<T> {
  const connection = SseConnection.open(source);
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** The next `count` events of a connection. */
export async function take(connection: SseConnection, count: number): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  while (events.length < count) {
    const result = await connection.stream.next();
    if (result.done) throw new Error(`the stream ended after ${events.length} of ${count} events`);
    events.push(result.value);
  }
  return events;
}

/** The data of the next `count` events. */
export async function takeData(connection: SseConnection, count: number): Promise<string[]> {
  return (await take(connection, count)).map(({ data }) => data);
}

/** The data of all events until the stream ends. */
export function drain(source: SseSource): Promise<string[]> {
  return using(source, async (connection) => {
    const data: string[] = [];
    for await (const event of connection) data.push(event.data);
    return data;
  });
}

/** `1` to `count`, as text. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}
