// nginx with nchan as a WebSocket server: the channel is in the URL, and the subprotocol ws+meta.nchan gives each message an id, after
// which a subscriber resumes.
import { beforeEach, expect, test } from "vitest";
import type { WsData, WsProtocolHandler, WsReading, WsRequest } from "../../src/websocket/index.js";
import { startNchan } from "../nginx/support/nchan.js";
import { eventually } from "../support/promises.js";
import { needs, nginxWithNchan, redis } from "../support/requirements.js";
import { connect, take } from "./support.js";

beforeEach(needs(nginxWithNchan, redis));

/** Reads `id: …`, other headers, an empty line, and the message; resumes by the header that nchan reads. */
class NchanHandler implements WsProtocolHandler {
  readonly protocols = ["ws+meta.nchan"];
  #lastId = "";

  read(data: WsData): WsReading {
    const text = typeof data === "string" ? data : Buffer.from(data).toString();
    const end = text.indexOf("\n\n");
    const [, id] = /^id: (.+)$/m.exec(text.slice(0, end)) ?? [];
    if (id === undefined) return { kind: "unknown", value: text };
    this.#lastId = id;
    return { kind: "update", value: text.slice(end + 2) };
  }

  prepareRequest(request: WsRequest): WsRequest {
    if (this.#lastId !== "") request.headers.set("Last-Event-ID", this.#lastId);
    return request;
  }
}

test("F16: kill -9 of nginx under load: every message comes once, in order, by resuming", async () => {
  const nchan = await startNchan("nchan_subscriber websocket;");
  const url = nchan.events.replace("http:", "ws:");
  const { handle, stream } = await connect({ url, handler: new NchanHandler() });
  const values: unknown[] = [];
  const reading = (async () => {
    while (values.length < 300) values.push(...(await take(stream, 1)).map(({ value }) => value));
  })();
  for (let n = 0; n < 300; n += 1) {
    if (n === 100 || n === 200) {
      nchan.admit(false);
      await nchan.nginx.kill();
      await nchan.nginx.start();
      nchan.admit(true);
    }
    await nchan.publish(`${n}`);
  }
  await reading;
  expect(values).toEqual(Array.from({ length: 300 }, (_, n) => `${n}`));
  expect(handle.epoch).toBeGreaterThanOrEqual(3);
}, 240_000);

test("a reload of nginx hands the connection over", async () => {
  const nchan = await startNchan("nchan_subscriber websocket;");
  const url = nchan.events.replace("http:", "ws:");
  const { handle, stream } = await connect({ url, handler: new NchanHandler() });
  await nchan.publish("one");
  expect((await take(stream, 1))[0]?.value).toBe("one");
  await nchan.nginx.reload();
  await eventually("the second connection", () => handle.epoch >= 2 && handle.state.status === "connected", 30_000);
  await nchan.publish("two");
  expect((await take(stream, 1))[0]?.value).toBe("two");
});
