import type { ServerSentEvent } from "sseer";

/**
 * Recognises the events that a server sends again after a break, from the same place each time: the beginning of an answer, or
 * the last offset. Only a hash of each event since that place is kept.
 */
export class Replay {
  #delivered: number[] = [];
  /** How many of them the response has repeated. */
  #repeated = 0;

  /** A response begins: it repeats the events since the place. */
  begin(): void {
    this.#repeated = 0;
  }

  /** Later responses repeat nothing of what came up to now. */
  settle(): void {
    this.#delivered = [];
    this.#repeated = 0;
  }

  /** The response does not repeat anything: it goes on where the last one broke. */
  goOn(): void {
    this.#repeated = this.#delivered.length;
  }

  /** The response has repeated nothing so far, and there is something to repeat. */
  get atStart(): boolean {
    return this.#repeated === 0 && this.#delivered.length > 0;
  }

  /** `"other"`: an event was due again, and this one is not it. */
  judge({ event, data }: ServerSentEvent): "new" | "again" | "other" {
    const hash = hashOf(`${event}\n${data}`);
    if (this.#repeated === this.#delivered.length) {
      this.#delivered.push(hash);
      this.#repeated += 1;
      return "new";
    }
    if (this.#delivered[this.#repeated] !== hash) return "other";
    this.#repeated += 1;
    return "again";
  }
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
