import { type AnyTransportError, TransportError } from "../error.js";
import { guard } from "../checks/guard.js";
import type { ObservedEvent, ObservedFailure, SseObserver } from "./observer.js";

/** An observer, and what an error of its methods is blamed on. */
export interface NamedObserver {
  readonly hook: string;
  readonly observer: SseObserver;
}

/** An event as it was received. */
interface ReceivedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

type InfoOf<M extends keyof SseObserver> = Parameters<NonNullable<SseObserver[M]>>[0];

/** All who watch a connection: usually nobody. Each of them hears everything, also where another one throws. */
export class Observers {
  readonly #observers: readonly NamedObserver[];
  readonly #onError: (error: TransportError<"HANDLER">) => void;

  /** `onError` gets the error of an observer that could not throw it to the driver's loop. */
  constructor(observers: readonly NamedObserver[], onError: (error: TransportError<"HANDLER">) => void) {
    // A copy has no room to grow.
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

  responded(info: InfoOf<"responded">): void {
    this.#each((observer) => observer.responded?.(info));
  }

  connected(info: InfoOf<"connected">): void {
    this.#each((observer) => observer.connected?.(info));
  }

  disconnected(error: AnyTransportError | undefined): void {
    this.#each((observer) => observer.disconnected?.(failureOf(error)), error);
  }

  reconnecting(info: InfoOf<"reconnecting">): void {
    this.#each((observer) => observer.reconnecting?.(info));
  }

  /** It may be called from anywhere, so what an observer throws is told to the connection, not thrown. */
  warned(message: string, fields: object): void {
    try {
      this.#each((observer) => observer.warned?.(message, fields));
    } catch (error) {
      // `#each` throws nothing else.
      this.#onError(error as TransportError<"HANDLER">);
    }
  }

  closed({ aborted, error }: { aborted: boolean; error: unknown }): void {
    // The reason of an abort is the user's, not a failure of ours.
    this.#each((observer) => observer.closed?.({ aborted, failure: aborted ? undefined : failureOf(error) }));
  }

  failed(error: unknown): void {
    this.#each((observer) => observer.failed?.(observedFailure(error)));
  }

  /** Whom to tell of the events of the read that begins; undefined when nobody listens. */
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

  /** @throws {TransportError} `HANDLER`, the first one, when all have heard */
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

function failureOf(error: unknown): ObservedFailure | undefined {
  return error === undefined ? undefined : observedFailure(error);
}

/** What may be told of an error: of those whose message quotes events, or an error of the user's, only where it arose. */
function observedFailure(error: unknown): ObservedFailure {
  if (!TransportError.is(error))
    return { code: "UNKNOWN", message: error instanceof Error ? error.name : typeof error };
  const { code } = error;
  switch (code) {
    case "HANDLER":
      return { code, message: `${error.details.hook} threw` };
    case "SSE_PARSE":
      return { code, message: "json() could not read the data of an event" };
    case "SSE_INVALID_STATUS":
      return { code, message: error.message, status: error.details.status };
    default:
      return { code, message: error.message };
  }
}
