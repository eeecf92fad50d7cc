import type { SseRequest } from "../protocol/handler.js";
import { at, jsonOf } from "./support.js";

const FINISHED = /"finish_reason"\s*:\s*"[^"]/;
const FURTHER_CHOICE = /"index"\s*:\s*[1-9]/;

/**
 * The choices of a chat completion: whether each has its `finish_reason`, so that the answer is whole without `[DONE]`.
 *
 * Of two answers at a time it cannot know which one an event belongs to: from then on none is known to be whole.
 */
export class Choices {
  #asked: SseRequest["body"];
  #state: "idle" | "reading" | "mixed" = "idle";
  /** How many choices there are, as far as events show. */
  #count = 1;
  readonly #finished = new Set<number>();

  /** One answer is read, and no other one was at the same time. */
  get alone(): boolean {
    return this.#state === "reading";
  }

  /** A request is sent with this body. */
  ask(body: SseRequest["body"]): void {
    this.#asked = body;
  }

  /** A response begins. */
  begin(): void {
    this.#state = this.#state === "idle" ? "reading" : "mixed";
    this.#count = 1;
    this.#finished.clear();
  }

  read(data: string): void {
    // Most chunks are of the first choice and do not finish it: they are not parsed here.
    if (!FINISHED.test(data) && !FURTHER_CHOICE.test(data)) return;
    const choices = at(jsonOf(data), "choices");
    if (!Array.isArray(choices)) return;
    for (const [place, choice] of choices.entries()) {
      const index = at(choice, "index");
      const number = typeof index === "number" ? index : place;
      this.#count = Math.max(this.#count, number + 1);
      const reason = at(choice, "finish_reason");
      if (typeof reason === "string" && reason !== "") this.#finished.add(number);
    }
  }

  /** The response is over. Returns whether each choice was finished. */
  end(): boolean {
    if (!this.alone) return false;
    this.#state = "idle";
    return this.#finished.size >= Math.max(this.#count, askedFor(this.#asked));
  }
}

/** The number of choices that a request asks for; 1 where its body is a function's. */
function askedFor(body: SseRequest["body"]): number {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  const count = typeof text === "string" ? at(jsonOf(text), "n") : undefined;
  return typeof count === "number" ? count : 1;
}
