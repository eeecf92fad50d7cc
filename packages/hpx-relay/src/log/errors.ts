/** Another message came before: a part's `expected` is not the position of its source's last message. */
export class LogConflict extends Error {
  /** Always `"LogConflict"`. */
  override readonly name = "LogConflict";
}

/** The log did not answer. What was sent may be in the log, or come into it later. */
export class LogUnavailable extends Error {
  /** Always `"LogUnavailable"`. */
  override readonly name = "LogUnavailable";
}

/** The log has no room. Nothing was appended; it may be accepted later. */
export class LogFull extends Error {
  /** Always `"LogFull"`. */
  override readonly name = "LogFull";
}

/** The log will never accept this. Its message names what to change. */
export class LogRefused extends Error {
  /** Always `"LogRefused"`. */
  override readonly name = "LogRefused";
}
