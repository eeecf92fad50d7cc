import { MockWsServer, type MockWsConnection } from "../../../src/testing/index.js";
import { WsConnection } from "../../../src/websocket/index.js";
import { QUICK, TestHandler, type Wire } from "../support.js";

/** What a connection that is renewed over and over showed. */
export interface RenewalResult {
  /** The numbers that did not follow the one before, such as "4 after 2". */
  readonly breaks: readonly string[];
  readonly delivered: number;
  /** Messages with a gap. */
  readonly gaps: number;
  readonly lost: number;
  readonly renewals: number;
  readonly attempts: number;
  /** Sockets that are open at the server in the end. */
  readonly open: number;
}

/** F19: a numbered feed, while the socket is replaced as planned every `lifetime` milliseconds, `count` times. */
export async function renewOften(count: number, lifetime: number): Promise<RenewalResult> {
  await using server = await MockWsServer.start();
  const live = new Set<MockWsConnection>();
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id, op } = message.json() as Wire;
      await connection.sendJson({ id, ok: true });
      if (op === "subscribe") live.add(connection);
    }
    live.delete(connection);
  });
  const handler = new TestHandler({
    sequence: ({ topic = "", value }) => ({ stream: topic, last: (value as Wire).n as number }),
  });
  const options = { url: server.url, handler, maxLifetime: lifetime, pingInterval: 0, reconnect: QUICK };
  await using connection = WsConnection.open(options);
  const subscription = connection.handle.subscribe("a");
  await subscription.ready;
  let n = 0;
  const feeding = setInterval(() => {
    n += 1;
    for (const each of live) if (each.isOpen) each.sendJson({ topic: "a", n }).catch(() => {});
  }, 2);
  const breaks: string[] = [];
  let [delivered, gaps, last] = [0, 0, 0];
  for await (const { value, gap } of subscription) {
    const number = (value as Wire).n as number;
    if (delivered > 0 && number !== last + 1) breaks.push(`${number} after ${last}`);
    [delivered, last] = [delivered + 1, number];
    if (gap !== undefined) gaps += 1;
    if (connection.stats.renewals >= count) break;
  }
  clearInterval(feeding);
  const { lost, renewals, attempts } = connection.stats;
  await connection.close();
  await server.idle();
  return { breaks, delivered, gaps, lost, renewals, attempts, open: server.openSockets };
}
