// A consumer in a process of its own, so that its memory is nobody else's. Prints one JSON line a second and at the end.
import { SseConnection, type SseOverflow } from "hpx-transport/sse";

const [url = "", overflow = "wait", pace = "stop"] = process.argv.slice(2);
const connection = SseConnection.open({ url, overflow: overflow as SseOverflow, reconnect: false });
const report = (extra: object): void => {
  const { rss } = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ...connection.handle.stats, rss: rss / 2 ** 20, peak, ...extra })}\n`);
};

async function close(): Promise<void> {
  const start = performance.now();
  await connection.close();
  report({ closed: performance.now() - start });
  process.disconnect();
}
process.on("message", () => void close());

setInterval(() => report({}), 200).unref();
await connection.opened;
process.send?.("opened");
let taken = 0;
try {
  for await (const event of connection) {
    if (event.data.length > 0) taken += 1;
    // One that stopped never comes back for more; one that dawdles is slower than the server by far.
    if (pace === "stop") await new Promise(() => {});
    if (taken % 128 === 0) await new Promise((resolve) => setTimeout(resolve, 4));
  }
  report({ taken });
} catch (error) {
  report({ taken, error: error instanceof Error && "code" in error ? error.code : String(error) });
}
process.disconnect?.();
