import { GenericSseHandler, SseConnection, type SseVerdict } from "hpx-transport/sse";

class Broker extends GenericSseHandler {
  readonly cursor = { query: "since_id" }; // where the last id goes, in place of Last-Event-ID
  judgeComment(text: string): SseVerdict | undefined {
    const dropped = /dropped (\d+) messages/.exec(text); // to handle.stats.lost, the log and onLoss
    return dropped === null ? undefined : { lost: Number(dropped[1]) };
  }
  judgeEvent({ event }: { event: string }): SseVerdict | undefined {
    if (event === "maintenance") return "reconnect"; // a planned close: prompt, and no failure
    return event === "revoked" ? { error: "revoked" } : undefined; // fatal, unless it says `retryable`
  }
}
for await (const { data } of SseConnection.open("https://example.com/fills", new Broker())) console.log(data);
