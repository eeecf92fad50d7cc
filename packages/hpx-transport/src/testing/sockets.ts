import type { Socket } from "node:net";

/**
 * Closes a connection with RST. Waits while its FIN is being sent: libuv refuses a reset then, and Node would
 * mark the socket destroyed without ever closing it.
 */
export function resetSocket(socket: Socket): void {
  const { writableEnded, writableFinished, writableLength } = socket;
  if (writableEnded && !writableFinished && writableLength === 0) socket.once("finish", () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}

/**
 * How many milliseconds a reset lets the last bytes be read: libuv, and so every Node client, takes a reset that arrives
 * together with bytes for a FIN.
 */
export const RESET_LAG = 10;

/** Calls `action` after `ms`, when all sockets of this process were read once more. Returns a function that cancels it. */
export function afterReads(ms: number, action: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // An immediate runs after the sockets were polled, so a client in this process has read its bytes.
    immediate = setImmediate(action);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/**
 * Resets `socket` a moment after everything that was written to `top` (the connection, or the TLS over it) was sent. Returns
 * a function that cancels it.
 */
export function resetAfterWrites(socket: Socket, top: Socket): () => void {
  let cancel: (() => void) | undefined;
  top.write("", (error) => {
    if (!error) cancel = afterReads(RESET_LAG, () => resetSocket(socket));
  });
  return () => cancel?.();
}
