/**
 * `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from `now`: seconds, or a date, of which a past one is 0.
 * Undefined where it is missing or cannot be read.
 */
export function parseRetryAfter(value: string | null, now: number = Date.now()): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // A date begins with the name of a day; Date.parse alone would also read "-5". Every HTTP date is in GMT, also the form
  // without a zone ("Sun Nov  6 08:49:37 1994").
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
