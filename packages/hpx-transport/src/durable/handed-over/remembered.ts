import type { SseEvent } from "../../sse/index.js";
import { hashOf } from "./hash.js";

/**
 * The hashes of the last events, for servers that replay after a reconnect whatever was asked for. What comes again is
 * recognised from each reconnect to the first event that is new: equal events in the middle of a stream may be two.
 */
export class Remembered {
  readonly #most: number;
  /** Handed over, oldest first, with how often each hash is there. */
  readonly #seen: string[] = [];
  readonly #counts = new Map<string, number>();
  #acknowledged: string[];
  #replaying = false;

  constructor(most: number, hashes: readonly string[]) {
    this.#most = most;
    this.#acknowledged = hashes.slice(-most);
    for (const hash of this.#acknowledged) this.#add(hash);
  }

  reconnected(): void {
    this.#replaying = true;
  }

  /** Whether an event that came since the reconnect is one of those remembered. */
  recognises(event: SseEvent): boolean {
    if (!this.#replaying) return false;
    if (this.#counts.has(hashOfEvent(event))) return true;
    // Talk about the stream comes between repeated events.
    if (event.kind === "data") this.#replaying = false;
    return false;
  }

  /** Adds an event that is handed over; returns what its acknowledgement needs. */
  add(event: SseEvent): string {
    const hash = hashOfEvent(event);
    this.#add(hash);
    return hash;
  }

  acknowledge(hash: string): void {
    this.#acknowledged.push(hash);
    // Twice the room, so that an array is not shifted for each event.
    if (this.#acknowledged.length > this.#most * 2) this.#acknowledged = this.#acknowledged.slice(-this.#most);
  }

  /** The hashes of the acknowledged events, and of `more`, which are not acknowledged yet. */
  hashes(more: readonly string[] = []): readonly string[] {
    return [...this.#acknowledged.slice(-this.#most), ...more].slice(-this.#most);
  }

  #add(hash: string): void {
    this.#seen.push(hash);
    this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + 1);
    if (this.#seen.length <= this.#most * 2) return;
    for (const old of this.#seen.splice(0, this.#most)) {
      const left = (this.#counts.get(old) ?? 1) - 1;
      if (left === 0) this.#counts.delete(old);
      else this.#counts.set(old, left);
    }
  }
}

function hashOfEvent({ event, data, id }: SseEvent): string {
  return hashOf(event, id, data);
}
