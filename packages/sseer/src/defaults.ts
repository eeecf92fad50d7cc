/** Every default of the parser, in one place. */
export const parserDefaults: {
  /** Bytes that one line, and the `data` lines of one event together, may have: 16 MiB. */
  readonly maxEventSize: number;
} = {
  maxEventSize: 16 * 1024 * 1024,
};
