import type { IncomingMessage } from "node:http";

/** One request as the server saw it, recorded once its body was complete. */
export interface RecordedRequest {
  /** As it was sent. */
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /**
   * By lower-case name; the values are the raw bytes read as Latin-1, and those of a header sent twice are joined
   * by `", "`.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes; none where there was no body. */
  readonly body: Uint8Array;
  /** The body as UTF-8. */
  readonly text: string;
  /** The `Last-Event-ID` header as UTF-8; `undefined` where there was none. */
  readonly lastEventId: string | undefined;
  /** When its headers arrived, in milliseconds of `performance.now()`. */
  readonly at: number;
  /** Whether its connection is gone, whoever closed it. */
  readonly isClosed: boolean;
  /** Resolves when its connection is gone; never rejects. */
  readonly closed: Promise<void>;
}

/** Reads `incoming` to its end and records it; `undefined` where the client went away before that. */
export async function recordRequest(
  incoming: IncomingMessage,
  closed: Promise<void>,
): Promise<RecordedRequest | undefined> {
  const at = performance.now();
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  // The record outlives the socket, and must not keep it alive.
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  const body = Buffer.concat(chunks);
  const headers = headersOf(incoming.rawHeaders);
  const lastEventId = headers["last-event-id"];
  return {
    method: incoming.method ?? "",
    url: incoming.url ?? "",
    headers,
    body,
    text: body.toString(),
    // The standard sends the id as UTF-8 bytes, which node:http hands over as Latin-1.
    lastEventId: lastEventId === undefined ? undefined : Buffer.from(lastEventId, "latin1").toString(),
    at,
    get isClosed(): boolean {
      return isClosed;
    },
    closed,
  };
}

// node:http's own record drops the repetitions of some headers; a test wants to see them.
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
