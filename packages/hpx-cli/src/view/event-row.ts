import type { Colors } from "../colors.js";
import { cell, columnsOf, printable } from "../text.js";
import { clockTime } from "../units.js";
import { pretty } from "./pretty.js";

const LONGEST_NAME = 20;
/** With less room for the data, the time is left out. */
const LEAST_DATA = 24;
const TIME_COLUMNS = 14;
const HUES = ["blue", "green", "magenta", "yellow", "cyan", "red"] as const;

/** What a line shows beside the time. */
export interface Row {
  /** The name of the event, or the topic of the message. */
  readonly event: string;
  readonly data: string;
}

/** Lays out one event a line: when it came, its name, its data. */
export class EventRows {
  readonly #colors: Colors;
  /** Grows with the names that come, so that the data stays in one column. */
  #nameColumns = 7;

  constructor(colors: Colors) {
    this.#colors = colors;
  }

  /** `event` in at most `columns`. */
  row(event: Row, at: Date, columns: number): string {
    const name = printable(event.event.slice(0, 200));
    this.#nameColumns = Math.min(Math.max(this.#nameColumns, columnsOf(name)), LONGEST_NAME);
    const nameColumns = Math.min(this.#nameColumns, columns);
    const withTime = columns - nameColumns - 2 >= LEAST_DATA + TIME_COLUMNS;
    const time = withTime ? `${clockTime(at)}  ` : "";
    const room = columns - nameColumns - 2 - time.length;
    const { dim, bold } = this.#colors;
    const data =
      event.data === "" ? dim("(empty)".slice(0, Math.max(0, room))) : pretty(event.data, room, this.#colors);
    return `${dim(time)}${bold(this.#hue(name)(cell(name, nameColumns)))}${room > 0 ? "  " : ""}${data}`;
  }

  /** The same name has the same colour, today and tomorrow. */
  #hue(name: string): (text: string) => string {
    let hash = 0;
    for (const character of name) hash = (hash * 31 + (character.codePointAt(0) as number)) % 65_521;
    return this.#colors[HUES[hash % HUES.length] as (typeof HUES)[number]];
  }
}
