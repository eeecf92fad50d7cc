import { SseConnection, type SseConnectionState } from "hpx-transport/sse";

const handler = {
  onStateChange(state: SseConnectionState): void {
    switch (state.status) {
      case "reconnecting":
        return console.log("again in", Math.round(state.delay), "ms, attempt", state.attempt, state.error?.code);
      case "closed":
        return console.log("closed", state.error ?? "");
      default:
        return console.log(state.status);
    }
  },
};

const reconnect = { initialDelay: 100, jitter: 0 };
const connection = SseConnection.open({ url: "https://example.com/events", reconnect, handler });
for await (const { data } of connection) console.log(data);
