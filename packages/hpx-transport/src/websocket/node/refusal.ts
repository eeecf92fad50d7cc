import type { IncomingMessage } from "node:http";

/** Bytes that are kept of a refusal's body, and milliseconds that they are waited for. */
const REFUSAL_BODY = { size: 1024, wait: 1000 };

/** Calls back with the first bytes of a body as text, as many as came in time. The rest is the caller's to drop. */
export function readRefusal(response: IncomingMessage, signal: AbortSignal, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (): void => {
    clearTimeout(timer);
    signal.removeEventListener("abort", finish);
    response.off("data", onData).off("end", finish).off("close", finish);
    // It may report that it was cut short.
    response.on("error", () => {});
    const bytes = Buffer.concat(chunks).subarray(0, REFUSAL_BODY.size);
    done(new TextDecoder().decode(bytes));
  };
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= REFUSAL_BODY.size) finish();
  };
  const timer = setTimeout(finish, REFUSAL_BODY.wait);
  signal.addEventListener("abort", finish);
  response.on("data", onData).on("end", finish).on("close", finish);
}
