import type { ObservedAttempt, ObservedConnection, ObservedEvent, ObservedFailure, SseObserver } from "./observer.js";
import type { SseReconnectReason } from "./stats.js";

/**
 * The messages of every connection on Node's `diagnostics_channel`, by the name of the channel; those of WebSockets are the same
 * on channels with `websocket` in place of `sse`. No message is made for a
 * channel without a subscriber. `connection` is the same object in all messages of one connection.
 *
 * @example
 * import { subscribe } from "node:diagnostics_channel";
 *
 * subscribe("hpx-transport:sse:reconnecting", (message) => {
 *   const { connection, reason, delay } = message as SseDiagnostics["hpx-transport:sse:reconnecting"];
 *   console.warn(connection.url, reason, delay);
 * });
 */
export interface SseDiagnostics {
  /** An attempt begins. */
  "hpx-transport:sse:attempt": {
    /** The connection: the same object in all its messages. */
    readonly connection: ObservedConnection;
  } & ObservedAttempt;
  /** A response was accepted. */
  "hpx-transport:sse:connected": {
    /** The connection: the same object in all its messages. */
    readonly connection: ObservedConnection;
    /** Which attempt it was, of those in a row that delivered nothing, from 1. */
    readonly attempt: number;
    /** The response's status. */
    readonly status: number;
    /** Where the response came from, after redirects. */
    readonly origin: string;
  };
  /** An attempt ended, accepted or not. */
  "hpx-transport:sse:disconnected": {
    /** The connection: the same object in all its messages. */
    readonly connection: ObservedConnection;
    /** The error that ended it; `undefined` after `close()`, `reconnect()`, an abort and a 204. */
    readonly failure: ObservedFailure | undefined;
  };
  /** Another attempt follows in `delay` milliseconds. */
  "hpx-transport:sse:reconnecting": {
    /** The connection: the same object in all its messages. */
    readonly connection: ObservedConnection;
    /** Which attempt comes next, of those in a row that delivered nothing, from 1. */
    readonly attempt: number;
    /** How long the wait is, in milliseconds. */
    readonly delay: number;
    /** Why there is another attempt. */
    readonly reason: SseReconnectReason;
    /** The error that led to it; `undefined` after `reconnect()`. */
    readonly failure: ObservedFailure | undefined;
  };
  /** An event was received. A new subscriber gets the events of the next read and later. */
  "hpx-transport:sse:event": {
    /** The connection: the same object in all its messages. */
    readonly connection: ObservedConnection;
  } & ObservedEvent;
  /** The connection is over. */
  "hpx-transport:sse:closed": {
    /** The connection: the same object in all its messages. */
    readonly connection: ObservedConnection;
    /** Whether the option `signal` ended it. */
    readonly aborted: boolean;
    /** The error that ended it, if anything went wrong. */
    readonly failure: ObservedFailure | undefined;
  };
}

/** The transport of a connection, in the names of its channels. */
export type TransportName = "sse" | "websocket";

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

interface DiagnosticsChannel {
  channel(name: string): Channel;
}

/** Publishes the steps of one connection. */
export class ConnectionDiagnostics implements SseObserver {
  readonly #connection: ObservedConnection;
  readonly #channels: Channels;

  private constructor(connection: ObservedConnection, channels: Channels) {
    this.#connection = connection;
    this.#channels = channels;
  }

  /** Undefined where the runtime has no `diagnostics_channel`. */
  static of(connection: ObservedConnection, transport: TransportName): ConnectionDiagnostics | undefined {
    const channels = (opened[transport] ??= openChannels(transport));
    return channels && new ConnectionDiagnostics(connection, channels);
  }

  /** Whether any channel of the transport has a subscriber. */
  static hasSubscribers(transport: TransportName): boolean {
    const channels = (opened[transport] ??= openChannels(transport));
    if (channels === undefined) return false;
    const { attempt, connected, disconnected, reconnecting, event, closed } = channels;
    return (
      event.hasSubscribers ||
      attempt.hasSubscribers ||
      connected.hasSubscribers ||
      disconnected.hasSubscribers ||
      reconnecting.hasSubscribers ||
      closed.hasSubscribers
    );
  }

  attemptStarted(info: ObservedAttempt): undefined {
    this.#publish("attempt", info);
  }

  connected(info: { attempt: number; status: number; origin: string }): void {
    this.#publish("connected", info);
  }

  disconnected(failure: ObservedFailure | undefined): void {
    this.#publish("disconnected", { failure });
  }

  reconnecting(info: {
    attempt: number;
    delay: number;
    reason: SseReconnectReason;
    failure: ObservedFailure | undefined;
  }): void {
    this.#publish("reconnecting", info);
  }

  closed(info: { aborted: boolean; failure: ObservedFailure | undefined }): void {
    this.#publish("closed", info);
  }

  eventListener(): ((event: ObservedEvent) => void) | undefined {
    return this.#channels.event.hasSubscribers ? (event) => this.#publish("event", event) : undefined;
  }

  #publish(name: keyof Channels, info: object): void {
    const channel = this.#channels[name];
    if (channel.hasSubscribers) channel.publish({ connection: this.#connection, ...info });
  }
}

type Channels = Readonly<
  Record<"attempt" | "connected" | "disconnected" | "reconnecting" | "event" | "closed", Channel>
>;

/**
 * Node's module, without an import, which other runtimes could not resolve. In an edge runtime the function may be there,
 * and throw when it is called.
 */
function diagnosticsChannel(): DiagnosticsChannel | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: string) => DiagnosticsChannel | undefined };
  };
  try {
    return process?.getBuiltinModule?.("node:diagnostics_channel");
  } catch {
    return undefined;
  }
}

/** Opened with the first connection of a transport: importing this does nothing. */
const opened: Partial<Record<TransportName, Channels | undefined>> = {};

function openChannels(transport: TransportName): Channels | undefined {
  const diagnostics = diagnosticsChannel();
  const open = (step: keyof Channels): Channel =>
    (diagnostics as DiagnosticsChannel).channel(`hpx-transport:${transport}:${step}`);
  return (
    diagnostics && {
      attempt: open("attempt"),
      connected: open("connected"),
      disconnected: open("disconnected"),
      reconnecting: open("reconnecting"),
      event: open("event"),
      closed: open("closed"),
    }
  );
}
