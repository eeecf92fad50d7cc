import { constants, createGzip } from "node:zlib";
import type { Exchange, Script, Step } from "hpx-transport/testing";
import { encodeEvent } from "sseer";
import type { FeedReply, FeedStep } from "../contract/protocol.js";

/** Answers a request with `reply`. `onSent` is called for each event of a flood that the connection takes. */
export async function answer(exchange: Exchange, reply: FeedReply, onSent: () => void): Promise<void> {
  if (reply.flood !== undefined) return await flood(exchange, reply.flood, onSent);
  const { status, head, finish, finishAfter } = reply;
  const headers = { ...reply.headers, ...(reply.gzip && { "content-encoding": "gzip" }) };
  const body = reply.log === undefined ? await bodyOf(reply) : logAfter(reply.log, exchange.request.lastEventId);
  const script: Script = { status, headers, head, body, finish, finishAfter };
  await exchange.play(script);
}

async function bodyOf({ body, gzip }: FeedReply): Promise<string | Step[] | undefined> {
  if (typeof body !== "object") return body;
  return gzip ? await compress(body) : body.map(stepOf);
}

function stepOf(step: FeedStep): Step {
  return typeof step === "object" && "bytes" in step ? Uint8Array.from(step.bytes) : step;
}

function logAfter(count: number, lastEventId = "0"): string {
  let text = "";
  for (let id = Number(lastEventId) + 1; id <= count; id += 1)
    text += encodeEvent({ id: String(id), data: String(id) });
  return text;
}

/** Writes only as much as the connection takes; unread events stay in this process. */
async function flood(exchange: Exchange, count: number, onSent: () => void): Promise<void> {
  const data = "x".repeat(1000);
  for (let id = 1; id <= count; id += 1) {
    await exchange.send({ id: String(id), data });
    onSent();
  }
}

/** Compresses each step so that it can be decoded without the next step. */
async function compress(steps: readonly FeedStep[]): Promise<Step[]> {
  const gzip = createGzip();
  const out: Uint8Array[] = [];
  gzip.on("data", (chunk: Uint8Array) => out.push(chunk));
  const compressed: Step[] = [];
  for (const step of steps) {
    if (typeof step !== "string") throw new TypeError("a step of a compressed body is text");
    gzip.write(step);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    compressed.push(...out.splice(0));
  }
  return compressed;
}
