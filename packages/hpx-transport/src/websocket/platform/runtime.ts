// How the WebSocket of one runtime differs from that of another. A runtime is recognised by what it has.

/** Constructors that take headers beside the subprotocols, in place of a list of these. */
export interface WebSocketInit {
  readonly headers: Record<string, string>;
  readonly protocols: string[];
}

/** Deno and Bun send headers of the caller with the handshake; browsers and Node's own class do not. */
export function takesHeaders(): boolean {
  return "Deno" in globalThis || "Bun" in globalThis;
}

/** Edge workers on workerd open a WebSocket by fetch, which shows the response; their class sends no headers. */
export function opensByFetch(): boolean {
  return "WebSocketPair" in globalThis;
}

/** A response of workerd's fetch. */
export interface UpgradeResponse extends Response {
  readonly webSocket?: (WebSocket & { accept(): void }) | null;
}
