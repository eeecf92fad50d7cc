import type { SseLoss } from "hpx-transport/sse";

/** An event of a source, as it was read. */
export interface Arrived {
  /** The event's type. */
  readonly event: string;
  /** The last event ID as of this event. */
  readonly id: string;
  /** Its data. */
  readonly data: string;
  /** What happened just before it; `undefined` where it follows the one before on the same connection. */
  readonly before?: Interruption | undefined;
}

/** What happened before an event. */
export interface Interruption {
  /** The connection was made, or made again: the source may send again what it sent before. */
  readonly connected: boolean;
  /** The source said that events are lost. */
  readonly lost?: SseLoss | undefined;
  /** Whether the event has an id of its own; `undefined` where that is not known, and the id before tells. */
  readonly hasOwnId?: boolean | undefined;
}

/** A source's events from one position on, over all reconnects. Not asking for more holds the source back. */
export interface Feed {
  /** What has arrived, an array at a time. Ends or throws where no reconnect follows. */
  batches(): AsyncIterable<readonly Arrived[]>;
  /** Ends it. */
  close(): Promise<void>;
}

/** Opens a feed that resumes after `id`; with an empty one it begins with what comes. */
export type OpenFeed = (id: string) => Feed;
