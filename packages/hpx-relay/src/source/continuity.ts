/** Digits that are worth a `bigint`; a longer id is no number that somebody counts. */
const WHOLE = /^-?\d{1,40}$/;

/** The distance of two numeric ids; `undefined` where one of them is no whole number. */
export function stepOf(before: string, id: string): bigint | undefined {
  if (!WHOLE.test(before) || !WHOLE.test(id)) return undefined;
  return BigInt(id) - BigInt(before);
}
