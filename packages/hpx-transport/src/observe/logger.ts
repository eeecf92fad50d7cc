/**
 * Where the transport tells what it does. `pino` and `console` fit as they are.
 *
 * `info` when connected and closed, `warn` for each reconnect and each thing worth a look, `debug` for each event (its
 * type, id and size; never its data), `error` for what ended the stream. Fields come first, then the message.
 */
export interface Logger {
  /** Each event (its type, id and size; never its data), and other details. */
  debug(fields: object, message: string): void;
  /** Connected, and closed. */
  info(fields: object, message: string): void;
  /** Each reconnect, and each thing worth a look. */
  warn(fields: object, message: string): void;
  /** What ended the stream. */
  error(fields: object, message: string): void;
  /** Where a logger has this, as pino does, nothing is computed for `debug` while it says `false`. */
  isLevelEnabled?(level: string): boolean;
}
