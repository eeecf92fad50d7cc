import { EventSource } from "hpx-transport/eventsource";

const source = new EventSource("https://example.com/events", {
  // The rule of the standard: any response that is not a stream is the end. Without this line, a 503 is retried.
  shouldRetry: (error) => error.retryable && error.code !== "SSE_INVALID_STATUS",
});

source.addEventListener("trade", ({ data, lastEventId }) => {
  console.log(lastEventId, data);
  if (data === "last") source.close(); // at once: events that were already read are not dispatched after this
});
source.onerror = ({ code, message }) => console.log(source.readyState === source.CLOSED, code, message);
