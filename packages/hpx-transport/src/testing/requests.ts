import type { IncomingMessage } from "node:http";
import { bytesAsText } from "hpx-transport/http";
import { Newest } from "./newest.js";

/** One request as the server saw it, recorded once its body was complete. */
export interface RecordedRequest {
  /** In upper or lower case, as it was sent. */
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
  /** Whether its connection is closed, by either side. */
  readonly isClosed: boolean;
  /** Resolves when its connection is gone; never rejects. */
  readonly closed: Promise<void>;
}

/** Reads `incoming` to its end and records it; `undefined` if the client left before that. */
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
    lastEventId: lastEventId === undefined ? undefined : bytesAsText(lastEventId),
    at,
    get isClosed(): boolean {
      return isClosed;
    },
    closed,
  };
}

// The headers of node:http lack the repetitions of some headers, and a test may check them.
export function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

/** How many requests the error of a wait lists. */
const SHOWN = 20;

/** The newest requests, and the number of all. */
export class RequestLog extends Newest<RecordedRequest> {
  constructor(limit: number) {
    super("request", "recordedRequests", limit);
  }

  /** The requests in words. */
  describe(): string {
    if (this.count === 0) return "no request came";
    const shown = this.newest.slice(-SHOWN).map(({ method, url }) => `${method} ${url}`);
    return `${this.count} came${this.count > shown.length ? ", the last of them" : ""}: ${shown.join(", ")}`;
  }
}
