import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { RecordedAttempt } from "../recording/attempts.js";
import { Pace } from "./pace.js";
import type { Segment } from "./timeline.js";

/** Headers of the connection that was recorded, not of the stream. */
const LEFT_OUT = new Set([
  "access-control-allow-credentials",
  "access-control-allow-origin",
  "alt-svc",
  "connection",
  "content-encoding",
  "content-length",
  "date",
  "keep-alive",
  "strict-transport-security",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "vary",
]);

/** Answers a request as it was answered when it was recorded; `signal` fires when the client is gone. */
export async function play(
  { attempt, from }: Segment,
  response: ServerResponse,
  speed: number,
  signal: AbortSignal,
): Promise<void> {
  const pace = new Pace(originOf(attempt, from.chunk), speed, signal);
  await sendHead(attempt, response, pace);
  for (const [index, { t, bytes }] of attempt.chunks.entries()) {
    if (index < from.chunk) continue;
    await pace.until(t);
    const rest = index === from.chunk ? bytes.subarray(from.offset) : bytes;
    if (rest.length > 0 && !response.write(rest)) await once(response, "drain", { signal });
  }
  if (attempt.end !== undefined) await pace.until(attempt.end.t);
  if (attempt.end?.how === "broken") response.socket?.destroySoon();
  else response.end();
}

/** The recorded time at which it begins: that of the request, or of the chunk that it goes on in. */
function originOf({ t, chunks, response }: RecordedAttempt, chunk: number): number {
  return chunk === 0 && response !== undefined ? t : (chunks[chunk]?.t ?? t);
}

async function sendHead(
  { response: recorded, end }: RecordedAttempt,
  response: ServerResponse,
  pace: Pace,
): Promise<void> {
  if (recorded === undefined) {
    if (end !== undefined) await pace.until(end.t);
    response.socket?.resetAndDestroy();
    return;
  }
  await pace.until(recorded.t);
  const headers = Object.entries(recorded.headers).filter(([name]) => !LEFT_OUT.has(name.toLowerCase()));
  for (const [name, value] of headers) response.setHeader(name, value);
  response.writeHead(recorded.status).flushHeaders();
}
