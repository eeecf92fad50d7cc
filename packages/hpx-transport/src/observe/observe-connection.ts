import { show, showUrl } from "../checks/check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { guard } from "../checks/guard.js";
import { ConnectionLog } from "./connection-log.js";
import { ConnectionDiagnostics } from "./diagnostics.js";
import type { ObservedConnection, SseObserver, SseTelemetry } from "./observer.js";
import { type NamedObserver, Observers } from "./observers.js";
import type { SseStats } from "./stats.js";
import type { SseConfig } from "../sse/config/config.js";

/** All who watch a connection that is being opened. `stats` tells its counts when asked, not before. */
export function observersOf(
  config: SseConfig,
  stats: () => SseStats,
  onError: (error: AnyTransportError) => void,
): Observers {
  const { logger, method, telemetry, url } = config;
  const connection: ObservedConnection = { method, url: showUrl(url), stats };
  const observers: NamedObserver[] = [];
  if (telemetry !== undefined) observers.push({ hook: "telemetry", observer: ask(telemetry, connection, onError) });
  const diagnostics = ConnectionDiagnostics.of(connection);
  if (diagnostics !== undefined) observers.push({ hook: "diagnostics_channel", observer: diagnostics });
  if (logger !== undefined) observers.push({ hook: "logger", observer: new ConnectionLog(logger) });
  return new Observers(observers, onError);
}

/** What is worth a look though nothing ends. */
export const WARNINGS = {
  requested: "reconnect requested",
  lost: "events were lost",
  unsendableId: "the server sent an id with control characters, which no header can carry; the last other one is kept",
  unreadable: "json() passes over an event that it cannot read; those to come are only counted, in stats.skipped",
} as const;

/** A hook that throws now can end nothing more; observers are told, and if one is what throws, nobody is left to tell. */
export function tellWhileClosing(observers: Observers, call: () => void): void {
  try {
    call();
  } catch (error) {
    try {
      observers.failed(error);
    } catch {}
  }
}

function ask(
  telemetry: SseTelemetry,
  connection: ObservedConnection,
  onError: (error: AnyTransportError) => void,
): SseObserver {
  const observer: unknown = guard("telemetry", () => telemetry.observe(connection), onError);
  if (typeof observer === "object" && observer !== null) return observer;
  const cause = new TypeError(`observe() returned ${show(observer)}; it takes an object`);
  throw TransportError.handler("telemetry", cause);
}
