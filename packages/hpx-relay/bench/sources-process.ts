// The sources of the benchmark, a process of its own. Event n of every source is the same, so its bytes are made once. A
// client that names a last event ID gets what follows it.
//   /flood/NAME?count=N   events up to N, as fast as the client reads, in writes of about 64 KiB
//   /paced/NAME?rate=R    R events a second since this process began, each in a write of its own
//   /quiet/NAME           nothing but the head and a comment
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const PIECE = 64 * 1024;
const start = performance.now();

/** About 152 bytes, as an exchange's trade has. */
function tick(id: number): string {
  const price = (60_000 + (id % 977) / 7).toFixed(2);
  const data = `{"symbol":"BTC-USD","price":"${price}","size":"0.0${(id % 89) + 10}","side":"${id % 2 === 0 ? "buy" : "sell"}","time":17000${id}}`;
  return `id: ${id}\nevent: trade\ndata: ${data.padEnd(118, " ")}\n\n`;
}

/** Events from one id on, and the id after the last of them. */
interface Piece {
  readonly bytes: Buffer;
  readonly next: number;
}

const pieces = new Map<number, Piece>();

function pieceFrom(id: number, count: number): Piece {
  const known = pieces.get(id);
  if (known !== undefined) return known;
  let text = "";
  let next = id;
  while (text.length < PIECE && next <= count) text += tick(next++);
  const piece = { bytes: Buffer.from(text), next };
  pieces.set(id, piece);
  return piece;
}

async function flood(response: ServerResponse, first: number, count: number): Promise<void> {
  let drained: () => void = () => {};
  response.on("drain", () => drained()).on("close", () => drained());
  for (let id = first; id <= count && !response.destroyed;) {
    const { bytes, next } = pieceFrom(id, count);
    id = next;
    if (!response.write(bytes)) await new Promise<void>((resolve) => (drained = resolve));
  }
}

/** A client of a paced source. */
interface Paced {
  readonly response: ServerResponse;
  readonly rate: number;
  /** So far into its interval it is served: the sources are not served all at once. */
  readonly phase: number;
  next: number;
}

const paced = new Set<Paced>();
const ticks = new Map<number, Buffer>();

function tickBytes(id: number): Buffer {
  let bytes = ticks.get(id);
  if (bytes === undefined) {
    bytes = Buffer.from(tick(id));
    ticks.set(id, bytes);
  }
  return bytes;
}

setInterval(() => {
  const now = performance.now() - start;
  for (const each of paced) {
    const due = Math.floor((now / 1000) * each.rate - each.phase);
    while (each.next <= due) each.response.write(tickBytes(each.next++));
  }
}, 1);

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const number = (name: string): number => Number(url.searchParams.get(name));
  const resumed = request.headers["last-event-id"];
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.socket?.setNoDelay(true);
  if (url.pathname.startsWith("/flood/")) {
    void flood(response, Number(resumed ?? 0) + 1, number("count"));
    return;
  }
  response.write(": hello\n\n");
  if (!url.pathname.startsWith("/paced/")) return;
  const rate = number("rate");
  const now = Math.floor(((performance.now() - start) / 1000) * rate);
  const each = { response, rate, phase: Math.random(), next: resumed === undefined ? now + 1 : Number(resumed) + 1 };
  paced.add(each);
  response.on("close", () => paced.delete(each));
}

const server = createServer(answer);
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
