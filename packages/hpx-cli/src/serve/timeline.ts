import { EventParser } from "sseer";
import type { RecordedAttempt } from "../recording/attempts.js";
import type { Recording } from "../recording/reader.js";

/** A position in a recorded body: before byte `offset` of chunk `chunk`. */
export interface Position {
  readonly chunk: number;
  readonly offset: number;
}

/** An attempt, to be played from a position on. */
export interface Segment {
  /** From 0. */
  readonly index: number;
  readonly attempt: RecordedAttempt;
  readonly from: Position;
}

/** What is known of one attempt's body. */
interface Outline {
  /** After the last event; undefined where there was none. */
  lastEvent?: Position;
  /** The last event ID at the end; undefined where the body set none. */
  lastId?: string;
}

/** Memory for an id and its position, in bytes. */
const ID_OVERHEAD = 200;

const START: Position = { chunk: 0, offset: 0 };
const LF = 0x0a;
const CR = 0x0d;

/**
 * Where a client that resumes goes on: after the event that it names, in the connection that had it or, where that has
 * nothing more, in the one recorded next. So a client sees the breaks, and the refusals, that were recorded.
 */
export class Timeline {
  readonly #attempts: readonly RecordedAttempt[];
  readonly #outlines: readonly Outline[];
  /** The end of the events for which it was the last event ID: of those in a row, where it was first reached. */
  readonly #positions = new Map<string, { readonly index: number; readonly position: Position }>();
  readonly #maxSize: number;
  #size = 0;
  events = 0;

  /** Throws `RangeError` where the ids need more than `maxSize` bytes of memory. */
  constructor({ attempts }: Pick<Recording, "attempts">, maxSize: number = Infinity) {
    this.#maxSize = maxSize;
    this.#attempts = attempts.filter(({ response }) => !isLeftOut(response?.status));
    this.#outlines = this.#attempts.map((attempt, index) => this.#outline(attempt, index));
  }

  get connections(): number {
    return this.#attempts.length;
  }

  /** Whether the recording has an event with this id. */
  knows(id: string): boolean {
    return this.#positions.has(id);
  }

  /**
   * The segments for a client that comes with `id`, one for each time that it comes: those that bring it no new id come
   * once, for it will come again as it came now; the last one, if it brings a new id, as often as it is asked for.
   */
  after(id: string): readonly Segment[] {
    const { index: first, position } = this.#positions.get(id) ?? { index: 0, position: START };
    const segments: Segment[] = [];
    for (let index = first; index < this.#attempts.length; index += 1) {
      const from = index === first ? position : START;
      const { lastEvent, lastId } = this.#outlines[index] as Outline;
      const isRest = from.chunk + from.offset > 0;
      if (isRest && !isBefore(from, lastEvent)) continue;
      segments.push({ index, attempt: this.#attempts[index] as RecordedAttempt, from });
      if (lastId !== undefined && lastId !== id) break;
    }
    return segments;
  }

  /** Whether a client that comes with `id` and gets `segment` will come with another id next time. */
  movesOn(id: string, { index }: Segment): boolean {
    const { lastId } = this.#outlines[index] as Outline;
    return lastId !== undefined && lastId !== id;
  }

  #outline({ chunks, response }: RecordedAttempt, index: number): Outline {
    const outline: Outline = {};
    if (response?.status !== 200) return outline;
    let events = 0;
    /** The id that is the last one now and was met for the first time. */
    let newId: string | undefined;
    const parser = new EventParser({ onEvent: () => (events += 1) }, { maxEventSize: Number.MAX_SAFE_INTEGER });
    for (const [chunk, { bytes }] of chunks.entries()) {
      // An event is out at a line end, so nothing happens between two of them.
      for (const [start, end] of lines(bytes)) {
        const before = { events, id: parser.lastEventId };
        parser.push(bytes.subarray(start, end));
        const id = parser.lastEventId;
        if (events === before.events && id === before.id) continue;
        if (id !== before.id) {
          outline.lastId = id;
          newId = this.#positions.has(id) ? undefined : id;
        }
        outline.lastEvent = { chunk, offset: end };
        // Events without an id of their own belong to the one before: a client that had them names that one.
        if (newId !== undefined) this.#setPosition(newId, { index, position: outline.lastEvent });
      }
    }
    this.events += events;
    return outline;
  }

  #setPosition(id: string, place: { readonly index: number; readonly position: Position }): void {
    if (!this.#positions.has(id)) this.#size += ID_OVERHEAD + id.length;
    if (this.#size > this.#maxSize) throw new RangeError("too many ids");
    this.#positions.set(id, place);
  }
}

/** Where each line of `bytes` starts and ends, its line end included. */
function* lines(bytes: Uint8Array): Generator<readonly [start: number, end: number]> {
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue;
    yield [start, at + 1];
    start = at + 1;
  }
  if (start < bytes.length) yield [start, bytes.length];
}

function isBefore(position: Position, other: Position | undefined): boolean {
  if (other === undefined) return false;
  return position.chunk < other.chunk || (position.chunk === other.chunk && position.offset < other.offset);
}

/** The recording client followed redirects, and a 204 comes after the end in any case. */
function isLeftOut(status = 0): boolean {
  return status === 204 || (status >= 300 && status < 400);
}
