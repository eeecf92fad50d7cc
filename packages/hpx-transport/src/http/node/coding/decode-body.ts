import { soon } from "../../../checks/turns.js";
import { TransportError } from "../../../error.js";
import type { BodyConsumer, HttpBody } from "../../client.js";
import { codingsOf, DECODED } from "./codings.js";
import { DecodedBody } from "./decoded-body.js";
import { Expansion } from "./expansion.js";

/** Limit on codings on top of each other: each one multiplies what a byte of the connection can cost. */
const MAX_CODINGS = 2;

/**
 * The body as it was before the server encoded it, decoded as it arrives. A coding that cannot be decoded becomes the
 * body's error, so that the status and the headers are not lost. Nothing comes once `signal` fired.
 */
export function decodeBody(body: HttpBody, contentEncoding: string | null, signal: AbortSignal): HttpBody {
  const { known, unreadable } = codingsOf(contentEncoding);
  if (unreadable !== undefined) {
    return new UnreadableBody(body, `the coding ${unreadable}`, `ask for one of these: ${DECODED}`);
  }
  if (known.length > MAX_CODINGS) {
    return new UnreadableBody(body, `a body in ${known.length} codings`, `at most ${MAX_CODINGS} are taken off`);
  }
  const expansion = new Expansion();
  let decoded = body;
  for (const [index, coding] of known.toReversed().entries()) {
    decoded = new DecodedBody({ source: decoded, coding, signal, expansion, isOutermost: index === 0 });
  }
  return decoded;
}

/** A body in a coding that cannot be decoded. */
class UnreadableBody implements HttpBody {
  readonly #source: HttpBody;
  readonly #shown: string;
  readonly #expected: string;
  #over = false;

  constructor(source: HttpBody, shown: string, expected: string) {
    this.#source = source;
    this.#shown = shown;
    this.#expected = expected;
  }

  consume(consumer: BodyConsumer): void {
    this.#source.abort();
    soon(() => {
      if (!this.#over) consumer.onError(TransportError.config("content-encoding", this.#shown, this.#expected));
    });
  }

  pause(): void {}

  resume(): void {}

  abort(): void {
    this.#over = true;
    this.#source.abort();
  }
}
