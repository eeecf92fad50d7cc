import cliTruncate from "cli-truncate";
import { TransportError } from "hpx-transport";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import type { AnyState } from "./view/view.js";

/**
 * Without the characters that steer a terminal: controls, line ends, changes of direction. The joiner of emoji stays:
 * without it a family is four people.
 */
export function printable(text: string): string {
  return text.replace(/(?:(?!\u200D)[\p{Cc}\p{Cf}\u2028\u2029])+/gu, " ");
}

/** How many columns of a terminal `text` takes: two for wide scripts, emoji and flags, none for combining marks. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** The beginning of `text` that fits in `columns`. */
export function fit(text: string, columns: number): string {
  return truncate(text, columns, "");
}

/** `text` if it fits in `columns`; otherwise the beginning that does, with an ellipsis at its end. */
export function cut(text: string, columns: number): string {
  return truncate(text, columns, "…");
}

function truncate(text: string, columns: number, truncationCharacter: string): string {
  const room = Math.max(0, columns);
  const truncated = cliTruncate(text, room, { truncationCharacter });
  // cliTruncate keeps a wide character of which only the first column fits.
  return stringWidth(truncated) <= room ? truncated : cliTruncate(text, room - 1, { truncationCharacter });
}

/** `text` in lines of at most `columns`, broken between words. */
export function wrap(text: string, columns: number): readonly string[] {
  return wrapAnsi(text, columns).split("\n");
}

/** `text` in exactly `columns` columns: cut, or padded with spaces. */
export function cell(text: string, columns: number): string {
  const fitting = fit(text, columns);
  return fitting + " ".repeat(Math.max(0, columns - columnsOf(fitting)));
}

/** An error on one line: the transport's own with their code, which users search for. */
export function errorLine(error: unknown): string {
  if (TransportError.is(error)) return printable(`${error.code}: ${error.message}`);
  return printable(error instanceof Error ? error.message : String(error));
}

/** The code of a system error, such as ENOENT, or the message of another error. */
export function errorCode(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : errorLine(error);
}

/** A connection's state in words. */
export function describeState(state: AnyState): string {
  if (state.status !== "reconnecting") return state.status;
  const why = state.error === undefined ? "" : `: ${errorLine(state.error)}`;
  return `reconnecting in ${Math.round(state.delay)} ms${why}`;
}

/** Characters that JSON may hold as they are, and that steer a terminal: controls, changes of direction, line separators. */
const STEERING = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** `text` with its line ends and tabs, and without the other characters that steer a terminal. */
export function withoutSteering(text: string): string {
  return text.replace(STEERING, "").replace(/[\0-\x08\x0B-\x1F]/g, "");
}

/** The same JSON with these characters escaped. */
export function escapeControlChars(json: string): string {
  return json.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** JSON on one line, as it was written: numbers keep digits that parsing them would lose. Undefined for what is no JSON. */
export function jsonText(data: string): string | undefined {
  try {
    JSON.parse(data);
  } catch {
    return undefined;
  }
  // Within JSON a line end can only stand between tokens.
  return data.replace(/[\r\n]+/g, " ").trim();
}
