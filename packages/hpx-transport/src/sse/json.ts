import { EventJsonError, JsonStream } from "sseer";
import { TransportError } from "../error.js";
import type { SseEvent } from "./types.js";

/** `sseer`'s JSON stream, with its error in the transport's words. */
export class SseJsonStream<T> extends JsonStream<SseEvent, T> {
  override [Symbol.asyncIterator](): AsyncIterator<SseEvent & { json: T }, undefined, undefined> {
    const iterator = super[Symbol.asyncIterator]();
    return {
      next: () => iterator.next().catch(rethrow),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    };
  }
}

function rethrow(error: unknown): never {
  if (!(error instanceof EventJsonError)) throw error;
  throw TransportError.sseParse(error.message, { event: error.event, cause: error });
}
