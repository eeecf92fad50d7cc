import { EventJsonError, type JsonEvent, JsonStream, type OnInvalid, type StandardSchema } from "sseer";
import { showKind } from "../checks/check.js";
import { fn, oneOf } from "../checks/checkers.js";
import { readOptions, type Spec } from "../checks/options.js";
import type { Channel } from "../connection/channel.js";
import { type AnyTransportError, TransportError } from "../error.js";
import type { SseEvent } from "./protocol/event.js";
import type { SseCore } from "./start.js";

/** Options of {@link SseStream.json}. */
export interface SseJsonOptions<M extends OnInvalid = OnInvalid> {
  /**
   * The treatment of a payload that is not JSON, or that the schema does not take: `"throw"` closes the connection and throws
   * `SSE_PARSE`, with the event and the path in `details`; `"skip"` passes over it and counts it in `handle.stats.skipped`;
   * `"result"` hands over every event with `ok`, and `json` or `error`.
   *
   * @defaultValue `"throw"`
   */
  readonly onInvalid?: M | undefined;
  /**
   * Parses the text of a payload, in place of `JSON.parse`, which rounds whole numbers beyond 2^53, such as order ids. An
   * error that it throws counts as a payload that is not JSON.
   *
   * @defaultValue `JSON.parse`
   */
  readonly parse?: ((text: string) => unknown) | undefined;
}

const TABLE = {
  onInvalid: oneOf(["throw", "skip", "result"], "throw"),
  parse: fn<SseJsonOptions["parse"]>(undefined),
} satisfies Spec<SseJsonOptions>;

type Invalid = TransportError<"SSE_PARSE">;

/** The JSON stream of `sseer` over the data events of a connection. Its errors become transport errors. */
export class SseJsonStream<T, M extends OnInvalid> extends JsonStream<SseEvent, T, M, Invalid> {
  readonly #core: SseCore;
  readonly #events: DataEvents;

  /** @throws {TransportError} `CONFIG` when `schema` is no Standard Schema, or an option cannot be used */
  constructor(core: SseCore, schema: StandardSchema<T> | undefined, options: SseJsonOptions<M>) {
    checkSchema(schema);
    const { onInvalid, parse } = readOptions(undefined, options, TABLE);
    const events = dataEvents(core.loop.channel);
    super({ [Symbol.asyncIterator]: () => events }, schema, { onInvalid: onInvalid as M, onSkip: core.skipped, parse });
    this.#core = core;
    this.#events = events;
  }

  override [Symbol.asyncIterator](): AsyncIterator<JsonEvent<SseEvent, T, M, Invalid>, undefined, undefined> {
    const iterator = super[Symbol.asyncIterator]();
    const { loop, position } = this.#core;
    const events = this.#events;
    return {
      async next(): Promise<IteratorResult<JsonEvent<SseEvent, T, M, Invalid>, undefined>> {
        const before = position.handedOver;
        try {
          const result = await iterator.next();
          // An asynchronous schema takes time, and the connection may be closed meanwhile.
          if (result.done || loop.channel.discarded) return { done: true, value: undefined };
          return { done: false, value: withTransportError(result.value) };
        } catch (error) {
          // The error that ended the stream: nothing is left to close.
          if (events.failed) throw error;
          const failure = asTransportError(error);
          // The consumer could not read the event, so it is the first one to ask for again.
          position.handedOver = before;
          loop.fail(failure);
          throw failure;
        }
      },
      async return(): Promise<IteratorResult<JsonEvent<SseEvent, T, M, Invalid>, undefined>> {
        await loop.close();
        return { done: true, value: undefined };
      },
    };
  }
}

/** Without a `return`: the JSON stream must not end the connection. */
interface DataEvents extends AsyncIterator<SseEvent, undefined> {
  /** The stream itself ended with an error. */
  readonly failed: boolean;
}

/** The events of the kind `data`; others are passed over. */
function dataEvents(channel: Channel<SseEvent>): DataEvents {
  let failed = false;
  return {
    get failed() {
      return failed;
    },
    async next() {
      try {
        for (;;) {
          const result = await channel.next();
          if (result.done || result.value.kind === "data") return result;
        }
      } catch (error) {
        failed = true;
        throw error;
      }
    },
  };
}

function asTransportError(error: unknown): AnyTransportError {
  return error instanceof EventJsonError ? asInvalid(error) : TransportError.handler("schema.validate", error);
}

function asInvalid(error: EventJsonError): Invalid {
  return TransportError.sseParse(error.message, { event: error.event, path: error.path, cause: error });
}

/** The result of an invalid event holds `sseer`'s error. */
function withTransportError<R>(event: R): R {
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
