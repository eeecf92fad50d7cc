import type { ServerSentEvent } from "./event.js";
import { EventJsonError } from "./event-json-error.js";
import type { StandardResult, StandardSchema } from "./standard-schema.js";

/**
 * Events with their data read as JSON, for `for await`: each event gets a `json` property.
 *
 * With a schema, `json` is what the schema made of it. Data that is not JSON, or does not match, closes the source and
 * then throws an {@link EventJsonError}. Leaving the loop closes the source. To stop at a sentinel such as `[DONE]`,
 * leave out or end at that event before it comes here.
 */
export class JsonStream<E extends ServerSentEvent, T = unknown> implements AsyncIterable<E & { json: T }> {
  readonly #events: AsyncIterable<E>;
  readonly #schema: StandardSchema<T> | undefined;

  /** `schema` is any Standard Schema (zod, valibot, arktype, ...); its `validate` may be asynchronous. */
  constructor(events: AsyncIterable<E>, schema?: StandardSchema<T>) {
    this.#events = events;
    this.#schema = schema;
  }

  [Symbol.asyncIterator](): AsyncIterator<E & { json: T }, undefined, undefined> {
    const events = this.#events[Symbol.asyncIterator]();
    const schema = this.#schema;
    return {
      async next() {
        const { done, value: event } = await events.next();
        if (done) return { done: true, value: undefined };
        try {
          const json: unknown = parseJson(event);
          if (schema === undefined) return { done: false, value: withJson(event, json as T) };
          const result = schema["~standard"].validate(json);
          // Awaited only where it must be: each await is a turn of the microtask queue.
          const checked = "then" in result ? await result : result;
          return { done: false, value: withJson(event, outputOf(event, checked)) };
        } catch (error) {
          // `for await` does not call `return` when `next` rejects.
          await events.return?.().catch(ignore);
          throw error;
        }
      },
      async return() {
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
  }
}

function parseJson(event: ServerSentEvent): unknown {
  try {
    return JSON.parse(event.data);
  } catch (cause) {
    throw new EventJsonError(event, [], cause);
  }
}

function outputOf<T>(event: ServerSentEvent, result: StandardResult<T>): T {
  if (result.issues !== undefined) throw new EventJsonError(event, result.issues);
  return result.value;
}

/** The same object: an event is made once. */
function withJson<E extends ServerSentEvent, T>(event: E, json: T): E & { json: T } {
  return Object.assign(event, { json });
}

function ignore(): void {}
