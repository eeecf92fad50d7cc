import { EventJsonError, type JsonEvent, JsonStream, type OnInvalid, type StandardSchema } from "sseer";
import { showKind } from "../checks/check.js";
import { oneOf } from "../checks/checkers.js";
import { readOptions, type Spec } from "../checks/options.js";
import { type AnyTransportError, TransportError } from "../error.js";
import type { Driver } from "../connection/loop.js";
import type { SseEvent } from "./protocol/event.js";

/** Options of {@link SseStream.json}. */
export interface SseJsonOptions<M extends OnInvalid = OnInvalid> {
  /**
   * What becomes of a payload that is not JSON, or not what the schema takes: `"throw"` closes the connection and throws
   * `SSE_PARSE`, with the event and the path in `details`; `"skip"` passes over it and counts it in `handle.stats.skipped`;
   * `"result"` hands over every event with `ok`, and `json` or `error`.
   *
   * @defaultValue `"throw"`
   */
  readonly onInvalid?: M | undefined;
}

const TABLE = { onInvalid: oneOf(["throw", "skip", "result"], "throw") } satisfies Spec<SseJsonOptions>;

type Invalid = TransportError<"SSE_PARSE">;

/** `sseer`'s JSON stream over the data events of a connection, with its errors in the transport's words. */
export class SseJsonStream<T, M extends OnInvalid> extends JsonStream<SseEvent, T, M, Invalid> {
  readonly #driver: Driver;
  readonly #events: DataEvents;

  /** @throws {TransportError} `CONFIG` when `schema` is no Standard Schema, or an option cannot be used */
  constructor(driver: Driver, schema: StandardSchema<T> | undefined, options: SseJsonOptions<M>) {
    checkSchema(schema);
    const { onInvalid } = readOptions(undefined, options, TABLE);
    const events = new DataEvents(driver);
    const onSkip = (): void => driver.skipped();
    super({ [Symbol.asyncIterator]: () => events }, schema, { onInvalid: onInvalid as M, onSkip });
    this.#driver = driver;
    this.#events = events;
  }

  override [Symbol.asyncIterator](): AsyncIterator<JsonEvent<SseEvent, T, M, Invalid>, undefined, undefined> {
    const iterator = super[Symbol.asyncIterator]();
    const driver = this.#driver;
    const events = this.#events;
    return {
      async next(): Promise<IteratorResult<JsonEvent<SseEvent, T, M, Invalid>, undefined>> {
        const before = driver.channel.lastTakenId;
        try {
          const result = await iterator.next();
          // A schema may take its time, and the connection may be closed meanwhile.
          if (result.done || driver.channel.discarded) return { done: true, value: undefined };
          return { done: false, value: inOurWords(result.value) };
        } catch (error) {
          // What ended the stream comes this way too, when everything is over.
          if (events.failed) throw error;
          const failure = asTransportError(error);
          driver.channel.handBack(before);
          driver.fail(failure);
          throw failure;
        }
      },
      async return(): Promise<IteratorResult<JsonEvent<SseEvent, T, M, Invalid>, undefined>> {
        await driver.close();
        return { done: true, value: undefined };
      },
    };
  }
}

/** Passes over events that are not data. It has no `return`: how the connection ends is not for the JSON stream to say. */
class DataEvents implements AsyncIterator<SseEvent, undefined> {
  readonly #driver: Driver;
  /** Whether the stream itself ended with an error. */
  failed = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  async next(): Promise<IteratorResult<SseEvent, undefined>> {
    try {
      for (;;) {
        const result = await this.#driver.channel.next();
        if (result.done || result.value.kind === "data") return result;
      }
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}

function asTransportError(error: unknown): AnyTransportError {
  return error instanceof EventJsonError ? asInvalid(error) : TransportError.handler("schema.validate", error);
}

function asInvalid(error: EventJsonError): Invalid {
  return TransportError.sseParse(error.message, { event: error.event, path: error.path, cause: error });
}

/** The result of an invalid event holds `sseer`'s error. */
function inOurWords<R>(event: R): R {
  const error: unknown = Reflect.get(Object(event), "error");
  return error instanceof EventJsonError ? { ...event, error: asInvalid(error) } : event;
}

function checkSchema(schema: unknown): void {
  if (schema === undefined) return;
  const isObject = (typeof schema === "object" && schema !== null) || typeof schema === "function";
  const standard: unknown = isObject ? Reflect.get(schema, "~standard") : undefined;
  if (typeof standard === "object" && standard !== null && "validate" in standard) return;
  throw TransportError.config("schema", showKind(schema), "it takes a Standard Schema, such as one of zod or valibot");
}
