import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * A free port of the loopback address, below those that the system gives to outgoing connections: a server must get its
 * port again after a restart.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer();
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return port;
    } catch {
      // In use: try the next one.
    } finally {
      server.close();
    }
  }
}

/** Resolves when a server accepts connections at this port, or when none does. Rejects at the signal. */
export async function untilPort(port: number, wanted: "open" | "closed", signal: AbortSignal): Promise<void> {
  while ((await accepts(port)) !== (wanted === "open")) await pause(20, undefined, { signal });
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
