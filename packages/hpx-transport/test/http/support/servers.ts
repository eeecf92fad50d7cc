import { once } from "node:events";
import * as http from "node:http";
import * as net from "node:net";
import { expect, onTestFinished, vi } from "vitest";

/** A server on a loopback port, with the connections that are open; the test's end closes it. */
export interface TestServer {
  readonly url: URL;
  readonly sockets: ReadonlySet<net.Socket>;
  /** How many connections were ever made. */
  readonly connections: number;
  /** The next connection, or one that came already and that nobody asked for. */
  nextConnection(): Promise<net.Socket>;
  close(): void;
}

export function startHttp(onRequest: http.RequestListener): Promise<TestServer> {
  return start(http.createServer(onRequest), "http:");
}

/** The same for an answer that takes its time, to read the request for example. */
export function startAnswering(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>,
): Promise<TestServer> {
  return startHttp((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
}

export function startTcp(onConnection: (socket: net.Socket) => void, protocol = "http:"): Promise<TestServer> {
  return start(net.createServer(onConnection), protocol);
}

/** Sends `head` (a status line and headers) and then `body`, whatever the request is, and leaves the connection open. */
export function startRaw(head: string[], body = ""): Promise<TestServer> {
  return startTcp((socket) => {
    socket.once("data", () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1");
    });
  });
}

/** A proxy that opens a tunnel to any port here. */
export function startTunnel(): Promise<TestServer> {
  return startTcp((socket) => {
    socket.once("data", (bytes) => {
      const port = Number(/^CONNECT [^:]*:(\d+)/.exec(bytes.toString())?.[1]);
      const server = net.connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(server).pipe(socket);
      });
      server.on("error", () => socket.destroy());
      socket.on("close", () => server.destroy());
    });
  });
}

export async function start(server: net.Server, protocol: string): Promise<TestServer> {
  const sockets = new Set<net.Socket>();
  const unclaimed: net.Socket[] = [];
  let claim: ((socket: net.Socket) => void) | undefined;
  let connections = 0;
  server.on("connection", (socket: net.Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    if (claim === undefined) unclaimed.push(socket);
    else claim(socket);
    claim = undefined;
  });
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(close);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return {
    url: new URL(`${protocol}//127.0.0.1:${port}/`),
    sockets,
    get connections() {
      return connections;
    },
    nextConnection: () =>
      new Promise((resolve) => {
        const socket = unclaimed.shift();
        if (socket === undefined) claim = resolve;
        else resolve(socket);
      }),
    close,
  };
}

/** The server's end of the connection is gone. */
export async function gone(socket: net.Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, "close");
}

/** Neither a connection of this process nor one that is being made, the servers' side included. */
export async function noSocketIsLeft(): Promise<void> {
  // A handle that is being closed is listed for one turn more.
  await vi.waitFor(() => {
    const sockets = process
      .getActiveResourcesInfo()
      .filter((kind) => kind.startsWith("TCPSocket") || kind.startsWith("TCPConnect"));
    expect(sockets).toEqual([]);
  });
}
