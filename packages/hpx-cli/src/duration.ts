import { shown, wrongValue } from "./usage.js";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** The longest delay of a timer, in milliseconds (24 days); a longer one fires at once. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** The description of durations in `--help`. */
export const DURATION_HELP = "Durations are 500ms, 30s, 2m or 1h; a plain number is seconds.";

/** The milliseconds of the duration `text` of `option`; throws {@link wrongValue} if it is not one. */
export function parseDuration(option: string, text: string): number {
  const [, number = "", unit = "s"] = /^(\d+\.?\d*|\.\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] as number);
  if (number !== "" && milliseconds <= LONGEST_TIMER) return milliseconds;
  throw wrongValue(option, shown(text), "it takes a duration up to 24 days, such as 500ms, 30s or 2m");
}

/** The same where 0 makes no sense. */
export function parseTimeSpan(option: string, text: string): number {
  const milliseconds = parseDuration(option, text);
  if (milliseconds > 0) return milliseconds;
  throw wrongValue(option, shown(text), "it takes more than 0, such as 30s or 2m");
}

/** A whole number from `least` that was given to `option`. */
export function parseCount(option: string, text: string, least: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= least) return count;
  throw wrongValue(option, shown(text), `it takes a whole number from ${least}`);
}

/** A port that was given to `--port`; 0 asks for a free one. */
export function parsePort(text: string): number {
  const port = parseCount("--port", text, 0);
  if (port <= 65_535) return port;
  throw wrongValue("--port", shown(text), "it takes a port up to 65535");
}
