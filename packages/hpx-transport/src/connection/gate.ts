/** Stands between the channel and the consumer: sees each item that is handed over, and may hold it back. */
export interface Gate<T> {
  /** Nothing is handed over while it is true. The channel's `wake` is called when it is false again. */
  readonly closed: boolean;
  /** Items that need no call of `asked` and `pass` are counted here instead. @defaultValue each item needs them */
  readonly tally?: Tally | undefined;
  /** The consumer asks for more. */
  asked(): void;
  /** An item is about to be handed over; `false` drops it. */
  pass(item: T): boolean;
  /** An item has passed, and those of `items` from the index `from` on come next: the tally may let them pass. */
  ahead?(items: readonly T[], from: number): void;
}

/** Counts items that are handed over, and those that the consumer is done with, because it asked for the next one. */
export interface Tally {
  handedOver: number;
  acknowledged: number;
  /** While fewer items than this are handed over, the next one passes, and is only counted. */
  freeUntil: number;
}
