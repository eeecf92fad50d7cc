import { EventSource } from "hpx-transport/eventsource";

const source = new EventSource("https://example.com/events", {
  headers: { Authorization: "Bearer token" },
});

source.addEventListener("trade", ({ data, lastEventId }) => console.log(lastEventId, data));
source.addEventListener("error", ({ code, message }) => {
  // A code, such as "SSE_INVALID_STATUS"; a 503 is tried again, and readyState is CONNECTING then.
  if (source.readyState === source.CLOSED) console.log("over", code, message);
});
