import { EventSource } from "launchdarkly-eventsource"; // version 2

const source = new EventSource("https://example.com/events", {
  headers: { Authorization: "Bearer token", "Last-Event-ID": "41" },
  initialRetryDelayMillis: 1000,
  maxBackoffMillis: 30_000,
  retryResetIntervalMillis: 60_000,
  jitterRatio: 0.5,
  readTimeoutMillis: 45_000,
  errorFilter: ({ status }) => status === undefined || status >= 500,
  https: { rejectUnauthorized: true }, // certificates are not verified without it
});

source.addEventListener("trade", ({ data, lastEventId }) => console.log(lastEventId, data));
source.addEventListener("retrying", ({ delayMillis }) => console.log("again in", delayMillis));
