import { WsConnection, type WsData, type WsMessage, type WsOptions } from "hpx-transport/websocket";

/** Reconnects at once, so that a check is fast. */
const PROMPT = { initialDelay: 1, jitter: 0 } as const;

/** Opens a connection, calls `use`, and closes the connection. */
export async function using<T>(options: WsOptions, use: (connection: WsConnection) => Promise<T>): Promise<T> {
  const connection = WsConnection.open({ reconnect: PROMPT, ...options });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** The next `count` messages. */
export async function take(
  source: { next(): Promise<IteratorResult<WsMessage, undefined>> },
  count: number,
): Promise<WsMessage[]> {
  const messages: WsMessage[] = [];
  while (messages.length < count) {
    const result = await source.next();
    if (result.done) throw new Error(`it ended after ${messages.length} of ${count} messages`);
    messages.push(result.value);
  }
  return messages;
}

/** The content of the next `count` messages: text, or bytes as a list. */
export async function takeData(connection: WsConnection, count: number): Promise<(string | number[])[]> {
  return (await take(connection, count)).map(({ data }) => plain(data));
}

/** Bytes as a list of numbers. */
export function plain(data: WsData): string | number[] {
  return typeof data === "string" ? data : [...data];
}

/** The errors that a connection had on its way. */
export function failures(): { readonly codes: unknown[]; readonly onDisconnect: (error?: unknown) => void } {
  const codes: unknown[] = [];
  return { codes, onDisconnect: (error) => void codes.push((error as { code?: unknown } | undefined)?.code) };
}
