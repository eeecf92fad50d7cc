const START = "HTTP/1.1 100";
const LINE_ENDS = "\r\n\r\n";
const NOTHING = new Uint8Array();

/**
 * Takes `100 Continue` out of what comes before a response. "A client MUST be able to parse one or more 1xx responses
 * received prior to a final response, even if the client does not expect one" (RFC 9110, section 15.2); undici breaks
 * the connection off at this one.
 */
export class ContinueFilter {
  /** How much of `START` or `LINE_ENDS` was just seen. */
  #matched = 0;
  #state: "at a start" | "in a 100" | "past them" = "at a start";

  /** What is left of `bytes`, and of those held back before. */
  read(bytes: Uint8Array): Uint8Array {
    for (let at = 0; at < bytes.length; at += 1) {
      const char = String.fromCharCode(bytes[at] as number);
      if (this.#state === "in a 100") this.#skip(char);
      else if (this.#state === "past them" || !this.#isStart(char)) return this.#release(bytes.subarray(at));
    }
    return NOTHING;
  }

  /** What was held back when the connection ended. */
  end(): Uint8Array {
    return this.#state === "at a start" ? this.#release(NOTHING) : NOTHING;
  }

  #isStart(char: string): boolean {
    if (char !== START[this.#matched]) return false;
    this.#matched += 1;
    if (this.#matched === START.length) {
      this.#state = "in a 100";
      this.#matched = 0;
    }
    return true;
  }

  #skip(char: string): void {
    if (char === LINE_ENDS[this.#matched]) this.#matched += 1;
    else this.#matched = char === "\r" ? 1 : 0;
    if (this.#matched < LINE_ENDS.length) return;
    this.#state = "at a start";
    this.#matched = 0;
  }

  /** It is another response: from here on nothing is looked at. */
  #release(rest: Uint8Array): Uint8Array {
    const held = START.slice(0, this.#matched);
    this.#state = "past them";
    this.#matched = 0;
    if (held === "") return rest;
    return Uint8Array.from([...Array.from(held, (char) => char.charCodeAt(0)), ...rest]);
  }
}
