import { GenericSseHandler, SseConnection, type SseConnectionState } from "hpx-transport/sse";

class StateLogger extends GenericSseHandler {
  onStateChange(state: SseConnectionState): void {
    if (state.status === "reconnecting") console.log("again in", Math.round(state.delay));
  }
}

const connection = SseConnection.open(
  {
    url: "https://example.com/events",
    headers: { Authorization: "Bearer token" },
    lastEventId: "41",
  },
  new StateLogger(),
);

for await (const { event, data, id } of connection) {
  console.log(event, data, id); // id is the last event ID as of this event, as in the standard
  if (data === "last") break; // closes the connection
}
