/** A body as far as it was received, and where each chunk ended. */
export interface ReceivedBody {
  readonly bytes: Uint8Array;
  readonly cuts: readonly number[];
}

/** More than this is not read: the page shows the beginning of an endless stream. */
const MOST = 256 * 1024;

/** Reads the body at `url`, and calls `onChunk` with all of it so far, until it ends, is long enough, or `signal` aborts. */
export async function fetchBody(
  url: string,
  signal: AbortSignal,
  onChunk: (body: ReceivedBody) => void,
): Promise<void> {
  const response = await fetch(url, { headers: { accept: "text/event-stream" }, signal });
  if (response.body === null) throw new Error(`status ${response.status}, and no body`);
  let bytes = new Uint8Array();
  const cuts: number[] = [];
  const reader = response.body.getReader();
  while (bytes.length < MOST) {
    const { done, value } = await reader.read();
    if (done) return;
    const joined = new Uint8Array(bytes.length + value.length);
    joined.set(bytes);
    joined.set(value, bytes.length);
    bytes = joined;
    cuts.push(bytes.length);
    onChunk({ bytes, cuts: [...cuts] });
  }
  await reader.cancel();
}
