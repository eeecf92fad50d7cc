import type { WsConnectionState } from "hpx-transport/websocket";

/** The states of any connection: a WebSocket has one more than a stream of events. */
export type AnyState = WsConnectionState;

/** Shows a stream of `E` while it runs. */
export interface View<E> {
  /** Resolves when the next ones may come. */
  show(items: readonly E[]): Promise<void>;
  stateChanged(state: AnyState): void;
  /** Says what went wrong: on standard error, one line. */
  note(line: string): void;
  /** Says what is no failure, such as why a reconnect follows; `--quiet` leaves it out. */
  remark(line: string): void;
  /** The stream is over; `ending` says how, with the counts. It is undefined if the reader of the output has gone. */
  close(ending: string | undefined): void;
}
