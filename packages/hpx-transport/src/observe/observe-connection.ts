import { showKind, showUrl } from "../checks/check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import { guard } from "../checks/guard.js";
import { ConnectionLog, type Logger } from "./logger.js";
import { ConnectionDiagnostics, type TransportName } from "./diagnostics.js";
import type { ObservedConnection, SseObserver, SseTelemetry } from "./observer.js";
import { type NamedObserver, Observers } from "./observers.js";
import type { SseStats } from "./stats.js";

/** The options of a connection that observing needs. */
export interface ObservedOptions {
  /** Names the channels of `diagnostics_channel`. @defaultValue `"sse"` */
  readonly transport?: TransportName | undefined;
  readonly name: string;
  readonly method: string;
  readonly url: URL;
  readonly logger: Logger | undefined;
  readonly telemetry: SseTelemetry | undefined;
}

/** The observers of a connection that is being opened. `stats` is called when one of them asks for the counts. */
export function observersOf(
  { logger, method, name, telemetry, transport = "sse", url }: ObservedOptions,
  stats: () => SseStats,
  onError: (error: AnyTransportError) => void,
): Observers {
  const named = name === "" ? {} : { name };
  const connection: ObservedConnection = { ...named, method, url: showUrl(url), stats };
  const observers: NamedObserver[] = [];
  if (telemetry !== undefined) {
    for (const observer of ask(telemetry, connection, onError)) observers.push({ hook: "telemetry", observer });
  }
  const diagnostics = ConnectionDiagnostics.of(connection, transport);
  if (diagnostics !== undefined) observers.push({ hook: "diagnostics_channel", observer: diagnostics });
  if (logger !== undefined) observers.push({ hook: "logger", observer: new ConnectionLog(logger, connection) });
  return new Observers(observers, onError);
}

/** For connections that nothing observes. */
export const NO_OBSERVERS: Observers = /* @__PURE__ */ new Observers([], () => {});

/** Whether a diagnostics channel of the transport has a subscriber. */
export function isObserved(transport: TransportName): boolean {
  return ConnectionDiagnostics.hasSubscribers(transport);
}

function ask(
  telemetry: SseTelemetry,
  connection: ObservedConnection,
  onError: (error: AnyTransportError) => void,
): readonly SseObserver[] {
  const answer = guard("telemetry", () => telemetry.observe(connection), onError);
  const observers: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  if (observers.every((each) => typeof each === "object" && each !== null)) return observers;
  const cause = new TypeError(`observe() returned ${showKind(answer)}; it takes an object, or an array of objects`);
  throw TransportError.handler("telemetry", cause);
}
