import { SseConnection } from "hpx-transport/sse";

const connection = SseConnection.open({
  url: "https://example.com/events",
  headers: { Authorization: "Bearer token" },
});

for await (const { event, data, id } of connection) {
  console.log(event, data, id);
  if (data === "last") break; // closes the socket
}
