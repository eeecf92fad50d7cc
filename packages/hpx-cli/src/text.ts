import { eastAsianWidth } from "get-east-asian-width";
import { TransportError } from "hpx-transport";
import type { SseConnectionState } from "hpx-transport/sse";

/** Without what servers may send to play tricks on a terminal: control characters, line ends, changes of direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

/** Marks that are drawn over the character before them. */
const OVERLAID = /[\p{Mn}\p{Me}]/u;

/** How many columns of a terminal `text` takes: two for the wide scripts and for emoji, none for combining marks. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfOne(character);
  return columns;
}

function columnsOfOne(character: string): number {
  const codePoint = character.codePointAt(0) as number;
  if (codePoint < 0x300) return 1;
  return OVERLAID.test(character) ? 0 : eastAsianWidth(codePoint);
}

/** As much of `text` as `columns` hold. */
export function fit(text: string, columns: number): string {
  let fitting = "";
  let left = columns;
  for (const character of text) {
    left -= columnsOfOne(character);
    if (left < 0) break;
    fitting += character;
  }
  return fitting;
}

/** `text` where it fits in `columns`; else as much of it as does, with an ellipsis that says so. */
export function cut(text: string, columns: number): string {
  const fitting = fit(text, columns);
  return fitting.length === text.length ? text : `${fit(text, columns - 1)}…`.slice(columns > 0 ? 0 : 1);
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

/** The system's name for what went wrong, as in ENOENT, or a message where it has none. */
export function errorCode(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : errorLine(error);
}

/** A connection's state in words. */
export function describeState(state: SseConnectionState): string {
  if (state.status !== "reconnecting") return state.status;
  const why = state.error === undefined ? "" : `: ${errorLine(state.error)}`;
  return `reconnecting in ${Math.round(state.delay)} ms${why}`;
}

/** Characters that JSON may hold as they are, and that steer a terminal: controls, changes of direction, line separators. */
const STEERING = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** The same JSON with these characters escaped. */
export function escapeControlChars(json: string): string {
  return json.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
