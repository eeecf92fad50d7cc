import { EventSource } from "hpx-transport/eventsource";

const source = new EventSource("https://example.com/events", {
  headers: { Authorization: "Bearer token" },
  lastEventId: "41",
  reconnect: { initialDelay: 1000, maxDelay: 30_000, jitter: 0.5 }, // an event resets the wait, not a time
  idleTimeout: 45_000,
  shouldRetry: (error) => error.retryable,
});

source.addEventListener("trade", ({ data, lastEventId }) => console.log(lastEventId, data));
source.addEventListener("error", () => console.log(source.readyState === source.CONNECTING ? "again" : "over"));
