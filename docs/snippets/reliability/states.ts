import { GenericSseHandler, SseConnection, type SseConnectionState } from "hpx-transport/sse";

class StateLogger extends GenericSseHandler {
  onStateChange(state: SseConnectionState): void {
    switch (state.status) {
      case "reconnecting":
        return console.log("again in", Math.round(state.delay), "ms, attempt", state.attempt, state.error?.code);
      case "closed":
        return console.log("closed", state.error ?? "");
      default:
        return console.log(state.status);
    }
  }
}

const source = { url: "https://example.com/events", reconnect: { initialDelay: 100, jitter: 0 } };
for await (const { data } of SseConnection.open(source, new StateLogger())) console.log(data);
