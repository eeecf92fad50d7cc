// Subscribes to many topics, loses the socket, and prints how they came back: the messages that went out, and the time from
// the new socket to the first update of the last topic.
import { GenericJsonHandler, WsConnection } from "hpx-transport/websocket";

const [url = "", count = "", perMessage = ""] = process.argv.slice(2);

/** A service that takes a number of topics in one message. */
class LimitedHandler extends GenericJsonHandler {
  readonly limits = { topicsPerMessage: Number(perMessage) };
  connectedAt = 0;

  onConnect(): void {
    this.connectedAt = performance.now();
  }
}

const handler = new LimitedHandler();
const { handle } = WsConnection.open({ url, handler, reconnect: { initialDelay: 50, jitter: 0 } });
const subscriptions = Array.from({ length: Number(count) }, (_, n) => handle.subscribe(`ticker.${n}`));
await Promise.all(subscriptions.map((subscription) => subscription.next()));
const { sent } = handle.stats;
const before = process.cpuUsage();
handle.trySend('{"op":"drop"}');
const updates = await Promise.all(subscriptions.map((subscription) => subscription.next()));
const milliseconds = performance.now() - handler.connectedAt;
const { user, system } = process.cpuUsage(before);
const back = updates.filter(({ value }) => value?.epoch === 2 && value.gap?.reason === "reconnect").length;
const messages = handle.stats.sent - sent - 1;
process.stdout.write(JSON.stringify({ back, messages, milliseconds, cpu: (user + system) / 1000 }));
process.exit();
