/** A source of bytes: a response's body, a socket, a file, an async generator. */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/**
 * The iterator of a source. `return` cancels the source, with its argument as the reason.
 *
 * A ReadableStream is read through its reader, because not every runtime can iterate a ReadableStream.
 */
export function iterateBytes(source: ByteSource): AsyncIterator<Uint8Array, unknown, undefined> {
  return "getReader" in source ? iterateReader(source.getReader()) : source[Symbol.asyncIterator]();
}

function iterateReader(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array, unknown, undefined> {
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    async return(reason) {
      await reader.cancel(reason);
      reader.releaseLock();
      return { done: true, value: undefined };
    },
  };
}
