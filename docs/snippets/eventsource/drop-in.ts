import { EventSource } from "hpx-transport/eventsource"; // the standard's interface; all options are extra

const source = new EventSource("https://example.com/events", {
  headers: { Authorization: "Bearer token" },
  reconnect: { maxDelay: 30_000, maxAttempts: 20 },
});

source.onmessage = ({ type, data, lastEventId }) => console.log(type, data, lastEventId);
source.onerror = ({ code, message }) => console.log(source.readyState === source.CLOSED, code, message);
