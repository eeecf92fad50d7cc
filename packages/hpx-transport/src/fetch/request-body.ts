import type { CallSignal } from "./call-signal.js";

/** The largest stream, file or form that is kept for a request, in bytes. */
const LARGEST = 16 * 1024 * 1024;

/** In place of a body that is larger. */
export const TOO_LARGE: unique symbol = Symbol("too large");

/**
 * The body of a request, read to its end: the transport signs it, sends its length, and may send it again. A body that is not
 * in memory already is kept up to 16 MiB; of a larger one only that much is read, and `request` can still be sent.
 *
 * Rejects with the error of a stream that fails, and with the signal's reason.
 */
export async function bodyOfCall(
  request: Request,
  init: RequestInit | undefined,
  { signal }: CallSignal,
): Promise<string | Uint8Array | undefined | typeof TOO_LARGE> {
  // Some browsers show no body of a request.
  if (request.method === "GET" || request.method === "HEAD" || request.body === null) return undefined;
  const given = init?.body;
  if (typeof given === "string") return given;
  if (isInMemory(given)) return new Uint8Array(await request.arrayBuffer());
  const copy = request.clone();
  if (copy.body === undefined || copy.body === null) return new Uint8Array(await copy.arrayBuffer());
  const reader = copy.body.getReader();
  const stop = (): void => {
    // The stream of the caller is cancelled once both copies are.
    void reader.cancel(signal.reason).catch(() => {});
    void request.body?.cancel(signal.reason).catch(() => {});
  };
  signal.addEventListener("abort", stop);
  try {
    const body = await readUpTo(reader, LARGEST);
    signal.throwIfAborted();
    return body;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function isInMemory(body: unknown): boolean {
  return ArrayBuffer.isView(body) || body instanceof ArrayBuffer || body instanceof URLSearchParams;
}

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  most: number,
): Promise<Uint8Array | typeof TOO_LARGE> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      void reader.cancel().catch(() => {});
      return TOO_LARGE;
    }
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
