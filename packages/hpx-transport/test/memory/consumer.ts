// A consumer in a process of its own, so that its memory is nobody else's. Prints one JSON line a second and at the end.
import { SseConnection, type SseOverflow } from "hpx-transport/sse";

const [url = "", overflow = "wait", pace = "stop"] = process.argv.slice(2);
const connection = SseConnection.open({ url, overflow: overflow as SseOverflow, reconnect: false });
const report = (extra: object): void => {
  const { rss } = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ ...connection.handle.stats, rss: rss / 2 ** 20, peak, ...extra })}\n`);
};

process.on("message", () => {
  const start = performance.now();
  void connection.close().then(() => {
    report({ closed: performance.now() - start });
    process.disconnect();
  });
});

setInterval(() => report({}), 200).unref();
await connection.opened;
process.send?.("opened");
let taken = 0;
try {
  for await (const batch of connection.stream.batches()) {
    taken += batch.length;
    // One that stopped never comes back for more; one that dawdles lets each batch wait a little.
    if (pace === "stop") await new Promise(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  report({ taken });
} catch (error) {
  report({ taken, error: error instanceof Error && "code" in error ? error.code : String(error) });
}
process.disconnect?.();
