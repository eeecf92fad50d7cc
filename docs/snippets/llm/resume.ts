import { LangGraphSseHandler, SseConnection } from "hpx-transport/sse";

const connection = SseConnection.open({
  url: "https://example.com/threads/t1/runs/stream",
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ assistant_id: "agent", input: {}, stream_mode: "custom", stream_resumable: true }),
  handler: () => new LangGraphSseHandler(),
});

for await (const { id, data } of connection) console.log(id, data);
