import { EventJsonError, JsonStream, type StandardSchema } from "sseer";
import { showKind } from "../check.js";
import { type AnyTransportError, TransportError } from "../error.js";
import type { Driver } from "./driver.js";
import type { SseEvent } from "./types.js";

type JsonEvent<T> = SseEvent & { json: T };

/** `sseer`'s JSON stream over the data events of a connection, with its errors in the transport's words. */
export class SseJsonStream<T> extends JsonStream<SseEvent, T> {
  readonly #driver: Driver;
  readonly #events: DataEvents;

  /** @throws {TransportError} `CONFIG` when `schema` is no Standard Schema */
  constructor(driver: Driver, schema: StandardSchema<T> | undefined) {
    checkSchema(schema);
    const events = new DataEvents(driver);
    super({ [Symbol.asyncIterator]: () => events }, schema);
    this.#driver = driver;
    this.#events = events;
  }

  override [Symbol.asyncIterator](): AsyncIterator<JsonEvent<T>, undefined, undefined> {
    const iterator = super[Symbol.asyncIterator]();
    const driver = this.#driver;
    const events = this.#events;
    return {
      async next(): Promise<IteratorResult<JsonEvent<T>, undefined>> {
        const before = driver.channel.lastTakenId;
        try {
          const result = await iterator.next();
          // A schema may take its time, and the connection may be closed meanwhile.
          return result.done || driver.channel.discarded ? { done: true, value: undefined } : result;
        } catch (error) {
          // What ended the stream comes this way too, when everything is over.
          if (events.failed) throw error;
          const failure = asTransportError(error);
          driver.channel.handBack(before);
          driver.fail(failure);
          throw failure;
        }
      },
      async return(): Promise<IteratorResult<JsonEvent<T>, undefined>> {
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
  if (error instanceof EventJsonError)
    return TransportError.sseParse(error.message, { event: error.event, cause: error });
  return TransportError.handler("schema.validate", error);
}

function checkSchema(schema: unknown): void {
  if (schema === undefined) return;
  const isObject = (typeof schema === "object" && schema !== null) || typeof schema === "function";
  const standard: unknown = isObject ? Reflect.get(schema, "~standard") : undefined;
  if (typeof standard === "object" && standard !== null && "validate" in standard) return;
  throw TransportError.config("schema", showKind(schema), "it takes a Standard Schema, such as one of zod or valibot");
}
