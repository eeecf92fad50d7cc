import { NodeClient } from "hpx-transport/http";
import { SseConnection, type SseStream } from "hpx-transport/sse";
import { type Contestant, STREAMS } from "./index.js";

const client = new NodeClient({ http2: true });

/** The events shared among the streams of one HTTP/2 session, each read by `read`, which resolves with how many came. */
export function overHttp2(read: (stream: SseStream) => Promise<number>): Contestant {
  return async (url, count) => {
    const each = new URL(url);
    each.searchParams.set("count", String(count / STREAMS));
    const open = (): Promise<number> => read(SseConnection.open({ url: each, client, reconnect: false }).stream);
    const counts = await Promise.all(Array.from({ length: STREAMS }, open));
    return counts.reduce((sum, one) => sum + one, 0);
  };
}
