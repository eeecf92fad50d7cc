/**
 * Follows a stream of server-sent events and closes it by its handle after some of them.
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

// A handler sees what happens beside the events. Reconnects need no code, but they need not be a secret either.
class Visible extends GenericSseHandler {
  onStateChange(state: SseConnectionState): void {
    if (state.status === "reconnecting") console.error(`reconnecting in ${state.delay} ms: ${state.error?.message}`);
    else console.error(state.status);
  }
}

const { handle, stream } = SseConnection.open(url, new Visible()).split();
// close() ends the connection at once, wherever it is, and with it the loop below.
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
  // What can be retried was retried: this is final.
  if (!TransportError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
