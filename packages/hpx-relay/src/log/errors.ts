/**
 * Another message came before: a part's `expected` is not the position of its source's last message.
 *
 * @remarks
 * Nothing, beside a relay: it reads the end of the source and goes on from there, or leaves the source to the other relay
 * (`fenced` in its status). A log of your own throws it for that part and appends nothing.
 */
export class LogConflict extends Error {
  /** Always `"LogConflict"`. */
  override readonly name = "LogConflict";
}

/**
 * The log did not answer. What was sent may be in the log, or come into it later.
 *
 * @remarks
 * Bring the log back. Until then the relay keeps the sockets of its sources paused, drops nothing, and tries again for as long
 * as it takes; `/readyz` answers 503.
 */
export class LogUnavailable extends Error {
  /** Always `"LogUnavailable"`. */
  override readonly name = "LogUnavailable";
}

/**
 * The log has no room. Nothing was appended; it may be accepted later.
 *
 * @remarks
 * Make room, or raise the limit that the message names: of the disk, the stream or the account. The relay goes on by itself.
 */
export class LogFull extends Error {
  /** Always `"LogFull"`. */
  override readonly name = "LogFull";
}

/**
 * The log will never accept this. Its message names what to change.
 *
 * @remarks
 * Change what the message names. The source is `failed` then and the others go on; SIGHUP tries it again.
 */
export class LogRefused extends Error {
  /** Always `"LogRefused"`. */
  override readonly name = "LogRefused";
}
