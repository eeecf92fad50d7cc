import { TransportError } from "hpx-transport";

/** Without what servers may send to play tricks on a terminal: control characters, line ends, changes of direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

/** Scripts and pictures that take two columns of a terminal. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{20000}-\u{3FFFD}]/u;

/** How many columns of a terminal `text` takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** As much of `text` as `columns` hold. */
export function fit(text: string, columns: number): string {
  let fitting = "";
  let left = columns;
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    fitting += character;
  }
  return fitting;
}

/** `text` in exactly `columns` columns: cut, or filled up with spaces. */
export function cell(text: string, columns: number): string {
  const fitting = fit(text, columns);
  return fitting + " ".repeat(Math.max(0, columns - columnsOf(fitting)));
}

/** An error on one line: the transport's own with their code, which users search for. */
export function errorLine(error: unknown): string {
  if (TransportError.is(error)) return printable(`${error.code}: ${error.message}`);
  return printable(error instanceof Error ? error.message : String(error));
}
