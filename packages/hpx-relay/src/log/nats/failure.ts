import { LogConflict, LogFull, LogRefused, LogUnavailable } from "../errors.js";
import type { ApiError } from "./connection.js";

/** Wrong last sequence; the same while another append is checked; the batch came apart. Nothing was stored. */
const CONFLICTS: ReadonlySet<number> = new Set([10071, 10164, 10158, 10176]);

/** Storage, bytes, messages, the limits of the account or the server. */
const FULL: ReadonlySet<number> = new Set([10002, 10023, 10028, 10047, 10077, 10109, 10110, 10122]);

/** Too many batches at one time: later there is room. */
const BUSY: ReadonlySet<number> = new Set([10008, 10009, 10210, 10211]);

/** An error of JetStream in the terms of a log. */
export function failureOf(url: string, { code, err_code = 0, description = "" }: ApiError): Error {
  const message = `${url}: ${description} (${err_code === 0 ? code : err_code})`;
  if (CONFLICTS.has(err_code)) return new LogConflict(message);
  if (FULL.has(err_code) || /maximum (bytes|messages)|insufficient|limits exceeded/.test(description)) {
    return new LogFull(
      `${message}: raise the limits of the stream or the account, or free some room; the relay goes on then`,
    );
  }
  if (BUSY.has(err_code) || code >= 500) return new LogUnavailable(message);
  return new LogRefused(`${message}: check the stream's configuration`);
}
