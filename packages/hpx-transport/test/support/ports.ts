import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A free port below those that the system gives out by itself: nobody takes it while the server that had it is
 * restarted.
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
      // Taken: the next one.
    } finally {
      server.close();
    }
  }
}

/** Whether somebody accepts connections there. */
export async function listens(port: number): Promise<boolean> {
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
