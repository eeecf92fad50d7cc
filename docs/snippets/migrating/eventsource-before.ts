import { EventSource } from "eventsource"; // version 4

const source = new EventSource("https://example.com/events", {
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: "Bearer token" } }),
});

source.addEventListener("trade", ({ data, lastEventId }) => console.log(lastEventId, data));
source.addEventListener("error", ({ code, message }) => {
  // A status, such as 503. There is no other way to know whether it tries again:
  if (source.readyState === source.CLOSED) console.log("over", code, message);
});
