import { TransportError } from "../../error.js";
import type { AttemptOutcome } from "../../connection/decision.js";
import type { SseVerdict } from "./verdict.js";

/** A verdict that ends the connection it is about. */
export type EndingVerdict = Exclude<SseVerdict, { readonly lost: unknown }>;

export function isEnding(verdict: SseVerdict | undefined): verdict is EndingVerdict {
  return verdict !== undefined && (typeof verdict === "string" || !("lost" in verdict));
}

/** How an attempt ended by a handler's verdict. `clean`: the body was complete; `resendable`: it may be asked for again. */
export function outcomeOf(
  verdict: EndingVerdict,
  { clean, resendable }: { clean: boolean; resendable: boolean },
): AttemptOutcome {
  if (verdict === "end") return { kind: "complete" };
  if (verdict === "reconnect") return { kind: "planned", error: TransportError.sseStreamEnded() };
  const retryable = verdict.retryable === true && resendable;
  return { kind: "failed", error: TransportError.sseStreamEnded({ clean, reason: verdict.error, retryable }) };
}
