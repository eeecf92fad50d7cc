/**
 * Follows a stream of server-sent events and closes it with its handle after a number of events.
 *
 *     node examples/dist/sse-stream.js https://example.com/stream [events]
 */
import { TransportError } from "hpx-transport";
import { GenericSseHandler, SseConnection, type SseConnectionState } from "hpx-transport/sse";

const [url, limit = "20"] = process.argv.slice(2);
if (url === undefined) {
  console.error("usage: sse-stream URL [EVENTS]");
  process.exit(2);
}

// A handler gets the state changes. Reconnects need no code; this handler only prints them.
class Visible extends GenericSseHandler {
  onStateChange(state: SseConnectionState): void {
    if (state.status === "reconnecting") console.error(`reconnecting in ${state.delay} ms: ${state.error?.message}`);
    else console.error(state.status);
  }
}

const { handle, stream } = SseConnection.open(url, new Visible()).split();
// close() ends the connection at once, in any state, and also the loop below.
process.once("SIGINT", () => void handle.close());

try {
  let received = 0;
  for await (const event of stream) {
    console.log(event.event, event.id, event.data);
    received += 1;
    if (received === Number(limit)) void handle.close();
  }
  console.log(
    `${received} events, ${handle.stats.reconnects} reconnects, resume after ${JSON.stringify(handle.lastEventId)}`,
  );
} catch (error) {
  // Temporary failures were retried, so this error is final.
  if (!TransportError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
