// A consumer that takes a message every 10 ms of a server that sends as fast as it is read. Prints how the resident memory
// of the process grows.
import { setTimeout as sleep } from "node:timers/promises";

type Take = () => unknown;

/** The clients, each with a function that takes the next message. */
const clients: Readonly<Record<string, (url: string) => Promise<Take>>> = {
  "ws by hand, into an array": async (url) => {
    const { WebSocket } = await import("ws");
    const messages: string[] = [];
    new WebSocket(url, { perMessageDeflate: false }).on("message", (data) =>
      messages.push((data as Buffer).toString()),
    );
    return () => messages.shift();
  },
  "undici WebSocket, into an array": async (url) => {
    const { WebSocket } = await import("undici");
    const messages: unknown[] = [];
    new WebSocket(url).addEventListener("message", ({ data }) => messages.push(data));
    return () => messages.shift();
  },
  'hpx-transport/websocket, "wait"': (url) => hpx(url, "wait"),
  'hpx-transport/websocket, "drop-oldest"': (url) => hpx(url, "drop-oldest"),
};

async function hpx(url: string, overflow: "wait" | "drop-oldest"): Promise<Take> {
  const { WsConnection } = await import("hpx-transport/websocket");
  const connection = WsConnection.open({ url, overflow });
  return () => connection.next();
}

const [name = "", url = "", seconds = ""] = process.argv.slice(2);
const open = clients[name];
if (open === undefined) throw new Error(`no client named ${name}`);
const take = await open(url);
const samples: number[] = [];
const start = performance.now();
const elapsed = (): number => (performance.now() - start) / 1000;
while (elapsed() < Number(seconds)) {
  await take();
  await sleep(10);
  if (elapsed() >= samples.length + 1) samples.push(process.memoryUsage().rss / 2 ** 20);
}
process.stdout.write(JSON.stringify({ first: samples[1], last: samples.at(-1), most: Math.max(...samples) }));
process.exit();
