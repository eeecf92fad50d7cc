// The server of the throughput benchmark, a process of its own. `/burst?count=N` sends N events as fast as the client
// reads, in writes of about 64 KiB; `/paced?count=N&rate=R` makes one write an event, R a second. Given the files of a
// key and a certificate it speaks TLS, with HTTP/2 for those who offer it.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** About 152 bytes, as an exchange's trade has. */
function tick(id: number): string {
  const price = (60_000 + (id % 977) / 7).toFixed(2);
  const data = `{"symbol":"BTC-USD","price":"${price}","size":"0.0${(id % 89) + 10}","side":"${id % 2 === 0 ? "buy" : "sell"}","time":17000${id}}`;
  return `id: ${id}\nevent: trade\ndata: ${data.padEnd(118, " ")}\n\n`;
}

async function burst(response: Response, count: number): Promise<void> {
  for (let id = 1; id <= count;) {
    let piece = "";
    while (piece.length < 65_000 && id <= count) piece += tick(id++);
    if (!write(response, piece)) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end();
}

/** Sends what is due every few milliseconds, each event in a write of its own. */
async function paced(response: Response, count: number, rate: number): Promise<void> {
  response.socket?.setNoDelay(true);
  const start = performance.now();
  for (let id = 1; id <= count;) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1000) * rate));
    while (id <= due) write(response, tick(id++));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  response.end();
}

function write(response: Response, text: string): boolean {
  return "stream" in response ? response.write(text) : response.write(text);
}

function answer(request: Request, response: Response): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const number = (name: string): number => Number(url.searchParams.get(name));
  response.writeHead(200, { "content-type": "text/event-stream" });
  void (url.pathname === "/paced"
    ? paced(response, number("count"), number("rate"))
    : burst(response, number("count")));
}

const [key, cert] = process.argv.slice(2);
const server =
  key === undefined || cert === undefined
    ? createServer(answer)
    : createSecureServer({ key: readFileSync(key), cert: readFileSync(cert), allowHTTP1: true }, answer);
server.listen(0, "127.0.0.1", () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on("disconnect", () => process.exit());
