import { SseConnection } from "hpx-transport/sse";

const cancel = new AbortController(); // on abort the loop throws the signal's reason
const connection = SseConnection.open({
  url: "https://example.com/answer",
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ question: "why?" }),
  signal: cancel.signal,
});

for await (const { event, data } of connection) {
  if (event === "done") break;
  console.log(data);
}
