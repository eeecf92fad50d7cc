import { EventSource } from "eventsource"; // version 4

const source = new EventSource("https://example.com/events", {
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: "Bearer token" } }),
});

source.addEventListener("trade", ({ data, lastEventId }) => console.log(lastEventId, data));
source.addEventListener("error", ({ code, message }) => {
  // `code` is a status such as 503. Only readyState says whether it tries again:
  if (source.readyState === source.CLOSED) console.log("over", code, message);
});
