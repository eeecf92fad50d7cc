import type { AttemptOutcome } from "../../connection/attempt.js";
import { type AnyTransportError, TransportError } from "../../error.js";
import type { WsSettings } from "../config/options.js";
import type { WsCloseVerdict, WsErrorVerdict } from "../protocol/verdict.js";
import type { SocketEnd } from "../socket/backend.js";

/**
 * Codes after which another try may help: going away, no code, no close frame, and the server's troubles
 * (RFC 6455, section 7.4, and the registry of IANA). 1000 is a clean end, which a feed is asked again after.
 */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015]);

const NORMAL = 1000;
const POLICY_VIOLATION = 1008;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

/** What the outcome of a socket depends on, beside its end. */
export interface EndSituation {
  readonly settings: WsSettings;
  readonly verdict: WsCloseVerdict | undefined;
  /** Credentials can be renewed, and were not since the last useful connection. */
  readonly mayRenew: boolean;
}

/** How a socket that ended by itself ends the attempt. */
export function outcomeOfEnd({ code, reason, error: cause }: SocketEnd, situation: EndSituation): AttemptOutcome {
  const { settings, verdict, mayRenew } = situation;
  if (TransportError.is(cause)) return { kind: "failed", error: cause };
  if (verdict === "end") return { kind: "complete" };
  if (verdict === "reconnect") return { kind: "planned", error: TransportError.wsClosed(code, { reason }) };
  if (verdict !== undefined) return { kind: "failed", error: errorOfVerdict(verdict, code, reason) };
  const retryable = RETRYABLE_CODES.has(code) || (code === POLICY_VIOLATION && mayRenew);
  const error = TransportError.wsClosed(code, { reason, retryable, cause });
  if (code === NORMAL) return { kind: "ended", error };
  if (code === SERVICE_RESTART) return { kind: "planned", error };
  if (code === TRY_AGAIN_LATER) return { kind: "failed", error, retryAfter: secondWait(settings) };
  return { kind: "failed", error };
}

/** The error that a handler found in a message, or in a close frame. */
export function errorOfVerdict(verdict: WsErrorVerdict, code: number = NORMAL, reason: string = ""): AnyTransportError {
  const { error, retryable = false, code: serverCode, message: serverMessage } = verdict;
  const by = code === NORMAL && reason === "" ? "client" : "server";
  return TransportError.wsClosed(code, { reason, by, retryable, error, serverCode, serverMessage });
}

/** "Try again later": not before the second wait of the backoff. */
function secondWait({ reconnect }: WsSettings): number {
  const { initialDelay = 1000, factor = 2 } = (reconnect === false ? {} : reconnect) as {
    readonly initialDelay?: number;
    readonly factor?: number;
  };
  return initialDelay * factor;
}
