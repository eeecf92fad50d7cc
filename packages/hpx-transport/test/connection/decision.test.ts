import { describe, expect, test } from "vitest";
import { type AnyTransportError, ExponentialBackoff, TransportError } from "../../src/index.js";
import type { AttemptOutcome } from "../../src/connection/attempt.js";
import { decide, type RetrySituation } from "../../src/connection/decision.js";

const lost = TransportError.sseStreamEnded({ cause: new Error("reset") });
const ended: AttemptOutcome = { kind: "ended", error: TransportError.sseStreamEnded() };
const planned: AttemptOutcome = { kind: "planned", error: TransportError.sseStreamEnded() };
const failed = (error: AnyTransportError = lost): AttemptOutcome => ({ kind: "failed", error });
const unavailable = (retryAfter?: number): AttemptOutcome => ({
  kind: "failed",
  error: TransportError.sseInvalidStatus(503),
  retryAfter,
});
const refused = TransportError.sseInvalidStatus(404);
const handler = TransportError.handler("onConnect", new Error("mine"));

const situation: RetrySituation = {
  failuresInARow: 1,
  failedReconnects: 0,
  lastingErrors: 0,
  reconnectionTime: undefined,
  resendable: true,
  policy: new ExponentialBackoff({ jitter: 0, maxAttempts: 3 }),
  shouldRetry: (error) => error.retryable,
};

describe("how an attempt ended -> retry in N ms, or stop", () => {
  const wait = (delay: number): object => ({ action: "retry", delay });
  const stop = (code?: string): object => ({ action: "stop", error: code && { code } });
  const rows: [what: string, outcome: AttemptOutcome, change: Partial<RetrySituation>, decision: object][] = [
    ["closed", { kind: "closed" }, {}, stop()],
    ["204", { kind: "no-content" }, {}, stop()],
    ["complete", { kind: "complete" }, {}, stop()],
    ["a planned close", planned, { failuresInARow: 0 }, wait(20)],
    ["a planned close, retry: 10", planned, { failuresInARow: 0, reconnectionTime: 10 }, wait(20)],
    ["a planned close, retry: 5000", planned, { failuresInARow: 0, reconnectionTime: 5000 }, wait(5000)],
    ["a planned close, the handler says no", planned, { failuresInARow: 0, shouldRetry: () => false }, wait(20)],
    ["a planned close, not resendable", planned, { failuresInARow: 0, resendable: false }, stop()],
    ["a planned close, reconnect: false", planned, { failuresInARow: 0, policy: false }, stop()],
    ["a planned close, the policy gives up", planned, { failuresInARow: 0, policy: { delay: () => false } }, stop()],
    ["a planned close that brought nothing", planned, { failuresInARow: 2, reconnectionTime: 10 }, wait(1000)],
    ["reconnect()", { kind: "reconnect" }, {}, wait(0)],
    ["reconnect() without a policy", { kind: "reconnect" }, { policy: false }, wait(0)],
    ["lost after an event", failed(), { failuresInARow: 0 }, wait(1000)],
    ["lost after an event, retry: 0", failed(), { failuresInARow: 0, reconnectionTime: 0 }, wait(20)],
    ["lost after an event, retry: 5000", failed(), { failuresInARow: 0, reconnectionTime: 5000 }, wait(5000)],
    ["a first useless attempt", failed(), {}, wait(500 * 2)],
    ["a first useless attempt, retry: 0", failed(), { reconnectionTime: 0 }, wait(500)],
    ["a third useless attempt", failed(), { failuresInARow: 3, failedReconnects: 2 }, wait(4000)],
    ["a hundredth", failed(), { failuresInARow: 100, policy: new ExponentialBackoff({ jitter: 0 }) }, wait(60_000)],
    ["retry beyond maxDelay", failed(), { reconnectionTime: 99_999_999_999 }, wait(60_000)],
    ["503", unavailable(), {}, wait(1000)],
    ["503 with Retry-After", unavailable(90_000), {}, wait(90_000)],
    ["503 with a Retry-After of a day", unavailable(86_400_000), {}, wait(3_600_000)],
    ["503 with a short Retry-After", unavailable(5), {}, wait(1000)],
    ["a clean end", ended, {}, wait(1000)],
    ["a clean end, not resendable", ended, { resendable: false }, stop()],
    ["a clean end, reconnect: false", ended, { policy: false }, stop()],
    ["a clean end, the handler says no", ended, { shouldRetry: () => false }, stop()],
    ["lost, not resendable", failed(), { resendable: false, shouldRetry: () => true }, stop("SSE_STREAM_ENDED")],
    ["lost, reconnect: false", failed(), { policy: false }, stop("SSE_STREAM_ENDED")],
    ["a fatal error", failed(refused), {}, stop("SSE_INVALID_STATUS")],
    ["a fatal error, the handler says yes", failed(refused), { shouldRetry: () => true }, wait(1000)],
    ["a hook threw, the handler says yes", failed(handler), { shouldRetry: () => true }, stop("HANDLER")],
    ["a second lasting error in a row", failed(), { lastingErrors: 2 }, wait(1000)],
    [
      "a third lasting error in a row",
      failed(),
      { lastingErrors: 3, shouldRetry: () => true },
      stop("SSE_STREAM_ENDED"),
    ],
    ["attempts used up", failed(), { failuresInARow: 4, failedReconnects: 3 }, stop("MAX_RECONNECT_ATTEMPTS")],
    [
      "attempts used up by clean ends",
      ended,
      { failuresInARow: 4, failedReconnects: 3 },
      stop("MAX_RECONNECT_ATTEMPTS"),
    ],
    ["a policy that gives up", failed(), { policy: { delay: () => false } }, stop("MAX_RECONNECT_ATTEMPTS")],
    ["a policy beyond any timer", failed(), { policy: { delay: () => 1e300 } }, wait(2_147_483_647)],
  ];
  test.each(rows)("%s", (_what, outcome, change, decision) => {
    expect(decide(outcome, { ...situation, ...change })).toMatchObject(decision);
  });
});

test("a policy that throws is HANDLER", () => {
  const delay = (): never => {
    throw new Error("mine");
  };
  expect(() => decide(failed(), { ...situation, policy: { delay } })).toThrow("reconnect.delay threw: mine");
});
