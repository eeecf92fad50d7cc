import { connect } from "node:net";
import { createServer } from "node:tls";
import type { MockSseServer } from "../../src/testing/index.js";
import { type Authority, makeAuthority } from "../http/support/authority.js";
import { start, type TestServer } from "../http/support/servers.js";

const authority: Authority = makeAuthority();
const identity = authority.issue();

/** What a client must trust to speak to a {@link startTlsFront}. */
export const tls: { ca: string } = { ca: authority.ca };

/** TLS in front of a mock server: one connection to it for each that comes, and the end of one is the other's. */
export function startTlsFront(server: MockSseServer): Promise<TestServer> {
  const front = createServer(identity, (socket) => {
    const inner = connect(server.port, "127.0.0.1");
    for (const [end, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      end.on("error", () => {});
      end.on("close", () => other.destroySoon());
      end.pipe(other);
    }
  });
  return start(front, "https:");
}
