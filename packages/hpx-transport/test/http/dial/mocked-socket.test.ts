import net from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { NodeClient } from "../../../src/http/entries/node.js";
import { get, record } from "../support/requests.js";

/** A socket as tools make them that mock connections: it knows nothing of `onread`, and gives its bytes by "data". */
class MockedSocket extends net.Socket {
  written = "";
  asked = 0;

  constructor() {
    super();
    setImmediate(() => this.emit("connect"));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written += chunk.toString();
    done();
  }

  override _read(): void {
    this.asked += 1;
  }
}

function mockConnect(): MockedSocket {
  const socket = new MockedSocket();
  // As these tools do it: on the module's object, without telling those that imported the name.
  const connect = vi.spyOn(net, "connect").mockReturnValue(socket);
  onTestFinished(() => connect.mockRestore());
  return socket;
}

test("a socket without onread is read by its events: head, body, pause and end", async () => {
  const socket = mockConnect();
  const sent = new NodeClient({ proxy: false }).send(get("http://feed.test/stream"));
  await vi.waitFor(() => expect(socket.written).toContain("GET /stream HTTP/1.1\r\nHost: feed.test\r\n"));
  socket.push("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n");
  socket.push("\r\nhel");
  const { status, body } = await sent;
  expect(status).toBe(200);
  const recording = record(body, () => body.pause());
  await vi.waitFor(() => expect(recording.text()).toBe("hel"));
  socket.push("lo wo");
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  expect(recording.text()).toBe("hel");
  body.resume();
  await vi.waitFor(() => expect(recording.text()).toBe("hello wo"));
  body.resume();
  socket.push("rl");
  expect(await recording.ended).toBeUndefined();
  expect(recording.text()).toBe("hello worl");
  expect(socket.destroyed).toBe(true);
});

test("an end of such a socket in the middle is an error", async () => {
  const socket = mockConnect();
  const sent = new NodeClient({ proxy: false }).send(get("http://feed.test/stream"));
  await vi.waitFor(() => expect(socket.written).not.toBe(""));
  socket.push("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
  const recording = record((await sent).body);
  socket.push(null);
  expect(await recording.ended).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
  expect(recording.text()).toBe("hello");
});
