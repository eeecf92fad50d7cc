/**
 * The text of a query or form with `name` set to `value`: in place of the first pair of that name, the others of it
 * dropped, or else at the end that is asked for. Every other pair stays byte for byte what the caller wrote, which
 * `URLSearchParams` would write anew.
 */
export function setPair(text: string, name: string, value: string, otherwise: "first" | "last"): string {
  const pair = encodePair(name, value);
  const pairs: string[] = [];
  let isSet = false;
  for (const old of split(text)) {
    if (nameOf(old) !== name) pairs.push(old);
    else if (!isSet) {
      pairs.push(pair);
      isSet = true;
    }
  }
  if (!isSet && otherwise === "last") pairs.push(pair);
  else if (!isSet) pairs.unshift(pair);
  return pairs.join("&");
}

/** The text without the pairs of that name. */
export function withoutPair(text: string, name: string): string {
  return split(text)
    .filter((pair) => nameOf(pair) !== name)
    .join("&");
}

function split(text: string): string[] {
  return text === "" ? [] : text.split("&");
}

/** Name and value of the text between two "&", decoded; `undefined` where there is nothing. */
export function parsePair(text: string): [name: string, value: string] | undefined {
  // The "&" keeps a "?" that belongs to the name from being taken for the start of a query.
  return new URLSearchParams(`&${text}`).entries().next().value;
}

function nameOf(pair: string): string | undefined {
  return parsePair(pair)?.[0];
}

/** A space as %20, which every server reads as one; a "+" of the value itself is %2B by now. */
function encodePair(name: string, value: string): string {
  return new URLSearchParams([[name, value]]).toString().replaceAll("+", "%20");
}
