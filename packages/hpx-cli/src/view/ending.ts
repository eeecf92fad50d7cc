import { TransportError } from "hpx-transport";
import type { Sink } from "../output.js";

/** How a stream came to its end. */
export type Ending =
  | { readonly how: "ended" | "interrupted" | "enough" | "reader gone" | "time is up" }
  | { readonly how: "failed"; readonly error: unknown };

/** What may end it from outside. */
export interface Stops {
  readonly sink: Sink;
  readonly interrupted: AbortSignal;
  /** In milliseconds. @defaultValue until the stream is over */
  readonly time?: number | undefined;
}

/**
 * Runs `consume` until it is over or there is a reason to stop, which closes the connection. `consume` resolves with whether
 * what was asked for came before the end of the stream.
 */
export async function runUntilStopped(
  connection: { close(): Promise<void> },
  consume: () => Promise<boolean>,
  { sink, interrupted, time }: Stops,
): Promise<Ending> {
  const timeUp = new AbortController();
  const timer = time === undefined ? undefined : setTimeout(() => timeUp.abort(), time);
  const stop = AbortSignal.any([interrupted, sink.failed, timeUp.signal]);
  const close = (): void => void connection.close();
  stop.addEventListener("abort", close);
  if (stop.aborted) close();
  try {
    if (await consume()) return { how: "enough" };
    if (sink.failed.aborted) {
      return sink.readerIsGone ? { how: "reader gone" } : { how: "failed", error: sink.failed.reason };
    }
    if (interrupted.aborted) return { how: "interrupted" };
    return { how: timeUp.signal.aborted ? "time is up" : "ended" };
  } catch (error) {
    return { how: "failed", error };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", close);
  }
}

export function wordsFor(ending: Ending): string {
  switch (ending.how) {
    case "failed":
      return TransportError.is(ending.error) ? "gave up" : "failed";
    case "ended":
      return "ended by the server";
    case "interrupted":
    case "enough":
    case "reader gone":
    case "time is up":
      return "stopped";
  }
}
