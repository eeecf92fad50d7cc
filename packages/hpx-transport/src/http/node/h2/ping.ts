import type { ClientHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/**
 * Asks a silent peer by PING whether it is there, and calls `onDead` where the answer does not come; each may take
 * `silence` milliseconds. Returns the timer, which does not keep the process alive.
 *
 * TCP keep-alive alone would not do: it waits while something is sent and not acknowledged, and a session sends now and
 * then (a request, a window, a PING).
 */
export function watchPeer(
  session: ClientHttp2Session,
  socket: Socket,
  silence: number,
  onDead: () => void,
): ReturnType<typeof setInterval> {
  let seen = -1;
  let asked = false;
  const isSilent = (): boolean => socket.bytesRead === seen;
  const look = (): void => {
    if (!isSilent()) {
      seen = socket.bytesRead;
      asked = false;
    } else if (asked) {
      // After a pause of this process the answer may lie unread: look once more when the sockets were read.
      setImmediate(() => {
        if (isSilent()) onDead();
      });
    } else {
      asked = true;
      if (!session.destroyed) session.ping(() => {});
    }
  };
  return setInterval(look, silence).unref();
}
