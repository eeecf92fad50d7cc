/** How many messages were lost, where the server says so. */
export type WsLoss = number | "unknown";

/** An error that ends the socket. */
export interface WsErrorVerdict {
  /** The error's name. It must hold no secret. */
  readonly error: string;
  /** Whether to reconnect. @defaultValue `false` */
  readonly retryable?: boolean | undefined;
  /** The server's number or name for it, such as 429. It must hold no secret. */
  readonly code?: number | string | undefined;
  /** The server's text, which may quote a secret: it goes into `details.message` only, which is never printed. */
  readonly message?: string | undefined;
}

/**
 * A handler's answer to a message; `undefined` where nothing follows from it.
 *
 * - `"end"`: nothing more will come. Received messages are delivered, then the loops end; there is no reconnect
 * - `"reconnect"`: the server is about to close, as planned. The socket is replaced now: where the handler has `sequence`, the
 *   new socket is subscribed before the old one is left, and no message is lost or doubled
 * - `error`: ends the socket with `WS_CLOSED`. Retried if `retryable` (`shouldRetry` is asked), else fatal
 * - `lost`: messages are gone for good, as many as that. `handle.stats.lost` counts them; the message itself carries the gap
 */
export type WsVerdict =
  | "end"
  | "reconnect"
  | WsErrorVerdict
  | {
      /** How many messages are gone for good. */
      readonly lost: WsLoss;
    };

/** A handler's answer to the end of a socket. `"end"` and `"reconnect"` as in {@link WsVerdict}. */
export type WsCloseVerdict = "end" | "reconnect" | WsErrorVerdict;

export function isVerdict(value: unknown): value is WsVerdict | undefined {
  if (isCloseVerdict(value)) return true;
  if (typeof value !== "object" || value === null || !("lost" in value)) return false;
  return value.lost === "unknown" || (Number.isSafeInteger(value.lost) && Number(value.lost) > 0);
}

export function isCloseVerdict(value: unknown): value is WsCloseVerdict | undefined {
  if (value === undefined || value === "end" || value === "reconnect") return true;
  if (typeof value !== "object" || value === null) return false;
  return "error" in value && typeof value.error === "string";
}
