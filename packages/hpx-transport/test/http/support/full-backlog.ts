import { once } from "node:events";
import * as net from "node:net";
import { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";

// Listens, and then blocks its thread for good: nobody accepts.
const LISTEN_AND_BLOCK = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;

/** A port whose queue of waiting connections is full: the kernel answers no further one. */
export async function fullBacklog(): Promise<URL> {
  const worker = new Worker(LISTEN_AND_BLOCK, { eval: true });
  const fillers: net.Socket[] = [];
  onTestFinished(async () => {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  });
  const [port] = (await once(worker, "message")) as [number];
  // Linux takes one connection more than the backlog.
  for (let i = 0; i < 2; i += 1) {
    const socket = net.connect(port, "127.0.0.1");
    fillers.push(socket);
    await once(socket, "connect");
  }
  return new URL(`http://127.0.0.1:${port}/`);
}
