import { TransportError } from "hpx-transport";
import type { WsHandle } from "hpx-transport/websocket";
import { errorLine } from "../text.js";
import { linesOf } from "./lines.js";

/** The parts that {@link pump} needs. */
interface PumpContext {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Says that a line was lost. */
  readonly note: (line: string) => void;
}

/**
 * Sends every line of standard input as a message. The next line is read when the socket has taken the one before, so a server
 * that reads slowly holds the writer of standard input back. Lines wait while there is no connection. Resolves with whether the
 * input came to its end.
 */
export async function pump(handle: WsHandle, { stdin, note }: PumpContext): Promise<boolean> {
  for await (const line of linesOf(stdin)) {
    try {
      await handle.send(line, { whenDown: "wait" });
    } catch (error) {
      if (handle.state.status === "closed") return false;
      if (!TransportError.is(error, "REQUEST_LOST")) throw error;
      // It is not sent again: the server may have it.
      note(`a line of standard input was lost: ${errorLine(error)}`);
    }
  }
  return true;
}

/** Stops reading standard input: a terminal or a pipe that stays open would keep the process up. */
export function stopReading(stdin: AsyncIterable<Uint8Array | string>): void {
  if ("destroy" in stdin && typeof stdin.destroy === "function") stdin.destroy();
}
