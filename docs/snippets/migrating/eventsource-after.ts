import { EventSource } from "hpx-transport/eventsource";

const source = new EventSource("https://example.com/events", {
  headers: { Authorization: "Bearer token" },
});

source.addEventListener("trade", ({ data, lastEventId }) => console.log(lastEventId, data));
source.addEventListener("error", ({ code, message }) => {
  // `code` is a name such as "SSE_INVALID_STATUS". After a 503 it tries again, and readyState is CONNECTING.
  if (source.readyState === source.CLOSED) console.log("over", code, message);
});
