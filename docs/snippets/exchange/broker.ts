import { GenericSseHandler, SseConnection, type SseVerdict } from "hpx-transport/sse";

class Broker extends GenericSseHandler {
  readonly cursor = { query: "since_id" }; // the query parameter that replaces Last-Event-ID
  judgeComment(text: string): SseVerdict | undefined {
    const dropped = /dropped (\d+) messages/.exec(text); // counted in connection.stats.lost, logged, passed to onLoss
    return dropped === null ? undefined : { lost: Number(dropped[1]) };
  }
  judgeEvent({ event }: { event: string }): SseVerdict | undefined {
    if (event === "maintenance") return "reconnect"; // a planned close: reconnects at once, counts as no failure
    return event === "revoked" ? { error: "revoked" } : undefined; // fatal without `retryable: true`
  }
}
for await (const { data } of SseConnection.open("https://example.com/fills", new Broker())) console.log(data);
