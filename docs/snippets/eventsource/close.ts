import { EventSource } from "hpx-transport/eventsource";

const source = new EventSource("https://example.com/events", {
  // The standard's own rule: any response that is no stream is the end. Without this, a 503 is tried again.
  shouldRetry: (error) => error.retryable && error.code !== "SSE_INVALID_STATUS",
});

source.addEventListener("trade", ({ data, lastEventId }) => {
  console.log(lastEventId, data);
  if (data === "last") source.close(); // at once: nothing that was read already is dispatched after this
});
source.onerror = ({ code, message }) => console.log(source.readyState === source.CLOSED, code, message);
