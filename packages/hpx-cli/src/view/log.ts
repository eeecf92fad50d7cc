import type { Logger } from "hpx-transport/sse";
import { printable } from "../text.js";
import { clockTime } from "../units.js";
import { shown, wrongValue } from "../usage.js";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** The lowest level that is logged. */
export type LogLevel = (typeof LEVELS)[number];

/** The level that HPX_LOG asks for, if any; throws `UsageError` for a word that is none. */
export function readLogLevel(word = ""): LogLevel | undefined {
  if (word === "" || word === "off") return undefined;
  const level = LEVELS.find((name) => name === word);
  if (level === undefined) throw wrongValue("HPX_LOG", shown(word), `it takes ${LEVELS.join(", ")} or off`);
  return level;
}

/**
 * A logger that writes one line an entry, `time level message field=value`. The transport logs no secret and
 * no data.
 */
export function createLogger(least: LogLevel, write: (line: string) => void): Logger {
  const at =
    (level: LogLevel) =>
    (fields: object, message: string): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      const pairs = Object.entries(fields).flatMap(([key, value]) =>
        value === undefined ? [] : [` ${key}=${shownField(value)}`],
      );
      write(printable(`${clockTime(new Date())} ${level.padEnd(5)} ${message}${pairs.join("")}`));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function shownField(value: unknown): string {
  return JSON.stringify(typeof value === "number" ? Math.round(value) : value) ?? "";
}
