import type { Socket } from "node:net";

/**
 * Closes a connection with RST. Not at once where its FIN is just leaving: libuv refuses a reset then, and Node would
 * mark the socket destroyed without ever closing it.
 */
export function resetSocket(socket: Socket): void {
  const { writableEnded, writableFinished, writableLength } = socket;
  if (writableEnded && !writableFinished && writableLength === 0) socket.once("finish", () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}
