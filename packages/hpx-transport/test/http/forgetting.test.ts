import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test, vi } from "vitest";
import type { HttpBody } from "../../src/http/index.js";
import { clients, get, record } from "./support/requests.js";
import { startRaw } from "./support/servers.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

const framings = [
  ["chunks", "Transfer-Encoding: chunked"],
  ["a length", "Content-Length: 1000"],
  ["neither", "X-Framing: none"],
];

// A stream may be quiet for months: what was needed to open it should not wait with it.
test.each(framings)(
  "an open body of %s keeps neither the request nor the response's headers",
  async (_name, header) => {
    const server = await startRaw(["HTTP/1.1 200 OK", header ?? ""]);
    const { body, kept } = await open(server.url);
    record(body);
    onTestFinished(() => body.abort());
    await vi.waitFor(() => {
      gc();
      expect(kept.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    });
  },
);

/** In a function of its own, so that nothing here keeps them. */
async function open(url: URL): Promise<{ body: HttpBody; kept: WeakRef<object>[] }> {
  const { make } = clients[0] ?? expect.unreachable();
  const request = get(url);
  const { body, headers } = await make().send(request);
  return { body, kept: [request, request.headers, request.url, headers].map((each) => new WeakRef(each)) };
}
