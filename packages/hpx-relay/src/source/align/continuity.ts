/** Digits that are worth a `bigint`; a longer id is no number that somebody counts. */
const WHOLE = /^-?\d{1,40}$/;

/** Digits that a number holds. */
const SHORT = 15;
const ZERO = 48;
const NINE = 57;

/** The distance of two numeric ids; `undefined` where one of them is no whole number. */
export function stepOf(before: string, id: string): bigint | undefined {
  if (!WHOLE.test(before) || !WHOLE.test(id)) return undefined;
  return BigInt(id) - BigInt(before);
}

/** Whether two short ids are a number and the next one: of most events, without a regular expression and a `bigint`. */
export function isNextOf(before: string, id: string): boolean {
  const number = shortNumberOf(before);
  return number !== undefined && shortNumberOf(id) === number + 1;
}

/** The number in the digits of a text; `undefined` where there is more than a few digits. */
function shortNumberOf(text: string): number | undefined {
  if (text.length === 0 || text.length > SHORT) return undefined;
  let number = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < ZERO || code > NINE) return undefined;
    number = number * 10 + code - ZERO;
  }
  return number;
}
