import type { ServerSentEvent } from "./event.js";
import { EventJsonError } from "./event-json-error.js";
import type { JsonEvent, OnInvalid } from "./json-event.js";
import type { StandardResult, StandardSchema } from "./standard-schema.js";

/** Options of a {@link JsonStream}. An option that is `undefined` means its default. */
export interface JsonStreamOptions<M extends OnInvalid = OnInvalid> {
  /** Selects what happens to data that is not JSON or does not match the schema. @defaultValue `"throw"` */
  readonly onInvalid?: M | undefined;
  /**
   * Parses the data of an event, in place of `JSON.parse`: for whole numbers beyond 2^53, dates or comments. An error that
   * it throws means that the data is invalid.
   *
   * @defaultValue `JSON.parse`
   */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** Called with the error of each event that is skipped by `onInvalid: "skip"`. @defaultValue no callback */
  readonly onSkip?: ((error: EventJsonError) => void) | undefined;
}

/**
 * Events with their data read as JSON, for `for await`: each event gets a `json` property.
 *
 * With a schema, `json` is the output of the schema. When data is not JSON or does not match, the stream closes the
 * source and throws an {@link EventJsonError}, unless `onInvalid` selects otherwise. An error that the schema itself
 * throws always closes the source and ends the loop. Leaving the loop closes the source. To stop at a sentinel such as
 * `[DONE]`, remove that event, or end the source at it, before the events reach this stream.
 */
export class JsonStream<
  E extends ServerSentEvent,
  T = unknown,
  M extends OnInvalid = "throw",
  X = EventJsonError,
> implements AsyncIterable<JsonEvent<E, T, M, X>> {
  readonly #events: AsyncIterable<E>;
  readonly #schema: StandardSchema<T> | undefined;
  readonly #onInvalid: OnInvalid;
  readonly #onSkip: ((error: EventJsonError) => void) | undefined;
  readonly #parse: (text: string) => unknown;
  #skipped = 0;

  /**
   * `schema` is any Standard Schema (zod, valibot, arktype, ...); its `validate` may be asynchronous.
   *
   * @throws TypeError for an invalid option
   */
  constructor(events: AsyncIterable<E>, schema?: StandardSchema<T>, options: JsonStreamOptions<M> = {}) {
    const { onInvalid = "throw", parse = JSON.parse, onSkip } = options;
    if (onInvalid !== "throw" && onInvalid !== "skip" && onInvalid !== "result") {
      throw new TypeError(
        `onInvalid: ${JSON.stringify(onInvalid)} cannot be used; it takes "throw", "skip" or "result"`,
      );
    }
    if (typeof parse !== "function") throw new TypeError(`parse: ${typeof parse} cannot be used; it takes a function`);
    this.#events = events;
    this.#schema = schema;
    this.#onInvalid = onInvalid;
    this.#parse = parse;
    this.#onSkip = onSkip;
  }

  /** The number of events that were skipped by `onInvalid: "skip"`. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Reads the source; leaving the loop closes it. */
  [Symbol.asyncIterator](): AsyncIterator<JsonEvent<E, T, M, X>, undefined, undefined> {
    const events = this.#events[Symbol.asyncIterator]();
    const schema = this.#schema;
    return {
      next: async () => {
        for (;;) {
          const { done, value: event } = await events.next();
          if (done) return { done: true, value: undefined };
          try {
            const json = this.#read(event);
            if (schema === undefined) return { done: false, value: this.#valid(event, json as T) };
            const result = schema["~standard"].validate(json);
            // Awaited only when it is a promise: each await takes a turn of the microtask queue.
            const checked = "then" in result ? await result : result;
            return { done: false, value: this.#valid(event, outputOf(event, checked)) };
          } catch (error) {
            try {
              const invalid = this.#invalid(event, error);
              if (invalid !== undefined) return { done: false, value: invalid };
            } catch (fatal) {
              // `for await` does not call `return` when `next` rejects.
              await events.return?.().catch(ignore);
              throw fatal;
            }
          }
        }
      },
      async return() {
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  #read(event: E): unknown {
    const parse = this.#parse;
    try {
      return parse(event.data);
    } catch (cause) {
      throw new EventJsonError(event, [], cause);
    }
  }

  /** Adds `json` to the event object itself, so no second object is created. */
  #valid(event: E, json: T): JsonEvent<E, T, M, X> {
    const result = this.#onInvalid === "result" ? { ok: true, json } : { json };
    return Object.assign(event, result) as JsonEvent<E, T, M, X>;
  }

  /** The result for an event with invalid data; `undefined` when it is skipped. @throws the error that ends the loop */
  #invalid(event: E, error: unknown): JsonEvent<E, T, M, X> | undefined {
    if (!(error instanceof EventJsonError) || this.#onInvalid === "throw") throw error;
    // A copy: the error holds the event, and a circle could not be written as JSON.
    if (this.#onInvalid === "result") return { ...event, ok: false, error } as unknown as JsonEvent<E, T, M, X>;
    this.#skipped += 1;
    this.#onSkip?.(error);
    return undefined;
  }
}

function outputOf<T>(event: ServerSentEvent, result: StandardResult<T>): T {
  if (result.issues !== undefined) throw new EventJsonError(event, result.issues);
  return result.value;
}

function ignore(): void {}
