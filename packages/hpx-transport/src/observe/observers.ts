import { type AnyTransportError, TransportError } from "../error.js";
import { guard } from "../checks/guard.js";
import type { ObservedEvent, ObservedFailure, SseObserver } from "./observer.js";

/** An observer, and the name of the user's function in its `HANDLER` errors. */
export interface NamedObserver {
  readonly hook: string;
  readonly observer: SseObserver;
}

/** An event as it was received. */
interface ReceivedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: { readonly length: number };
}

/** The wait before another attempt, and the error that led to it. */
type ReconnectInfo = Omit<InfoOf<"reconnecting">, "failure"> & { readonly error: AnyTransportError | undefined };

type InfoOf<M extends keyof SseObserver> = Parameters<NonNullable<SseObserver[M]>>[0];

/** The observers of a connection, usually none. Each gets every call, also after another one threw. */
export class Observers {
  readonly #observers: readonly NamedObserver[];
  readonly #onError: (error: TransportError<"HANDLER">) => void;

  /** `onError` gets the errors of observers that have no caller to go to. */
  constructor(observers: readonly NamedObserver[], onError: (error: TransportError<"HANDLER">) => void) {
    // A copy drops the array's spare capacity, which matters with thousands of connections.
    this.#observers = [...observers];
    this.#onError = onError;
  }

  /** Returns the headers that go with the attempt, if any. */
  attemptStarted(info: InfoOf<"attemptStarted">): Headers | undefined {
    let headers: Headers | undefined;
    this.#each((observer) => {
      const propagated = observer.attemptStarted?.(info);
      for (const [name, value] of Object.entries(propagated ?? {})) (headers ??= new Headers()).set(name, value);
      return propagated;
    });
    return headers;
  }

  /** Calls `send`, which must not throw, within the observers that want to be around it. */
  sending<T>(send: () => Promise<T>): Promise<T> {
    let call = send;
    for (const { hook, observer } of this.#observers) {
      const inner = call;
      const within = observer.sending?.bind(observer);
      // Not by `guard`: a rejection of the result is the request's, and no fault of the observer.
      if (within !== undefined) call = () => namingHook(hook, () => within(inner));
    }
    return call();
  }

  responded(info: InfoOf<"responded">): void {
    this.#each((observer) => observer.responded?.(info));
  }

  connected(info: InfoOf<"connected">): void {
    this.#each((observer) => observer.connected?.(info));
  }

  disconnected(error: AnyTransportError | undefined): void {
    this.#each((observer) => observer.disconnected?.(failureOf(error)), error);
  }

  reconnecting({ error, ...info }: ReconnectInfo): void {
    this.#each((observer) => observer.reconnecting?.({ ...info, failure: failureOf(error) }));
  }

  /** It may be called from anywhere, so an observer's error goes to `onError` and is not thrown. */
  warned(message: string, fields: object): void {
    try {
      this.#each((observer) => observer.warned?.(message, fields));
    } catch (error) {
      // `#each` throws nothing else.
      this.#onError(error as TransportError<"HANDLER">);
    }
  }

  closed({ aborted, error }: { aborted: boolean; error: unknown }): void {
    // The reason of an abort is the user's own, and no failure.
    this.#each((observer) => observer.closed?.({ aborted, failure: aborted ? undefined : failureOf(error) }));
  }

  failed(error: unknown): void {
    this.#each((observer) => observer.failed?.(observedFailure(error)));
  }

  /** The listener for the events of the read that begins; undefined where no observer has one. */
  eventListener(): ((event: ReceivedEvent) => void) | undefined {
    let listeners: { hook: string; listener: (event: ObservedEvent) => void }[] | undefined;
    for (const { hook, observer } of this.#observers) {
      try {
        const listener = observer.eventListener?.();
        if (listener !== undefined) (listeners ??= []).push({ hook, listener });
      } catch (cause) {
        this.#onError(TransportError.handler(hook, cause));
      }
    }
    if (listeners === undefined) return undefined;
    const all = listeners;
    return ({ event, id, data }) => {
      const observed = { event, id, size: data.length };
      for (const { hook, listener } of all) guard(hook, () => listener(observed), this.#onError);
    };
  }

  /** @throws {TransportError} the first `HANDLER` error, after every observer was called */
  #each(tell: (observer: SseObserver) => unknown, told?: AnyTransportError): void {
    let failure: { readonly error: unknown } | undefined;
    for (const { hook, observer } of this.#observers) {
      try {
        guard(hook, () => tell(observer), this.#onError, told);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure !== undefined) throw failure.error;
  }
}

function namingHook<T>(hook: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw TransportError.is(cause) ? cause : TransportError.handler(hook, cause);
  }
}

function failureOf(error: unknown): ObservedFailure | undefined {
  return error === undefined ? undefined : observedFailure(error);
}

/** The public part of an error. Where its message may quote events or come from the user, only its origin. */
function observedFailure(error: unknown): ObservedFailure {
  if (!TransportError.is(error))
    return { code: "UNKNOWN", message: error instanceof Error ? error.name : typeof error };
  const { code } = error;
  switch (code) {
    case "HANDLER":
      return { code, message: `${error.details.hook} threw` };
    case "SSE_PARSE":
      return { code, message: "json() could not read the data of an event" };
    case "WS_PARSE":
      return { code, message: "the content of a message could not be read" };
    case "WS_HANDSHAKE":
    case "SSE_INVALID_STATUS": {
      const { status, retryAfter } = error.details;
      return { code, message: error.message, status, ...(retryAfter !== undefined && { retryAfter }) };
    }
    default:
      return { code, message: error.message };
  }
}
