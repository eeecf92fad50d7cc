import type { AnyTransportError } from "../error.js";

/**
 * Where a connection is in its life. `attempt` counts the attempts since the last useful one, from 1: a useful attempt
 * delivers an event that is not of the kind `system`.
 *
 * - `disconnected`: not begun
 * - `connecting`: a request is under way
 * - `connected`: the response was accepted; events flow
 * - `reconnecting`: waiting `delay` milliseconds before the next attempt, because of `error` (none after `reconnect()`)
 * - `closed`: over for good; `error` is what ended it, if anything went wrong
 */
export type ConnectionState =
  | {
      /** Not begun. */
      readonly status: "disconnected";
    }
  | {
      /** A request is under way. */
      readonly status: "connecting";
      /** Which attempt it is since the last useful one, from 1. */
      readonly attempt: number;
    }
  | {
      /** The response was accepted; events flow. */
      readonly status: "connected";
      /** Which attempt it was since the last useful one, from 1. */
      readonly attempt: number;
    }
  | {
      /** Waiting for the next attempt. */
      readonly status: "reconnecting";
      /** Which attempt comes next since the last useful one, from 1. */
      readonly attempt: number;
      /** How long the wait is, in milliseconds. */
      readonly delay: number;
      /** The error that ended the last attempt; `undefined` after `reconnect()`. */
      readonly error: AnyTransportError | undefined;
    }
  | {
      /** Over for good. */
      readonly status: "closed";
      /** A `TransportError` or the signal's reason; `undefined` where nothing went wrong. */
      readonly error: unknown;
    };

/**
 * The states of a transport that prepares a connection by messages: beside those of {@link ConnectionState},
 * `authenticating`: the socket is open, and the protocol's greeting or its authentication is under way.
 */
export type SocketState =
  | ConnectionState
  | {
      /** The socket is open; the protocol's greeting or its authentication is under way. */
      readonly status: "authenticating";
      /** Which attempt it is since the last useful one, from 1. */
      readonly attempt: number;
    };
