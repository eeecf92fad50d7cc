import type { Gate } from "./gate.js";

/** The end of a channel: the reader finds it done, or gets the error in place of the next item. */
export type ChannelEnd = { readonly error?: unknown };

export interface ChannelOptions<T> {
  /** Unread items that make it full. */
  readonly capacity: number;
  /** Unread text, by its length, that makes it full. */
  readonly bufferSize: number;
  /** The length of an item's text. */
  readonly sizeOf: (item: T) => number;
  /** Called with the last item of those that were just handed to the consumer. */
  readonly onTaken?: ((last: T) => void) | undefined;
  /** Sees each item on its way to the consumer. */
  readonly gate?: Gate<T> | undefined;
}

export interface ChannelOwner {
  /** The channel was full, and has been read down to half. */
  onDrain(): void;
  /** The channel has ended, and the consumer asks for an item that is left in it. The owner may discard it. */
  onRest(): void;
}
