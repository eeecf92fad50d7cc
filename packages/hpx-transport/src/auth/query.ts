// The text of a query or form. Pairs that are not changed stay byte for byte as the caller wrote them, because the text is
// what gets signed; `URLSearchParams` would encode each of them again.

/** The query without its "?", as it will be sent. */
export function queryOf(url: URL): string {
  return url.search.slice(1);
}

/** Sets a parameter: in place of the first one of that name, or else at the end. */
export function putInQuery(url: URL, name: string, value: string): void {
  setQuery(url, setPair(queryOf(url), name, value, "last"));
}

/** Sets the query, given without its "?". `url.search` removes one "?", and the text itself may begin with another. */
export function setQuery(url: URL, query: string): void {
  url.search = query === "" ? "" : `?${query}`;
}

/**
 * The text with `name` set to `value`: in place of the first pair of that name, further ones dropped. Without one, the
 * pair is added first or last, as `otherwise` says.
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

/** Name and value of the text between two "&", decoded; `undefined` for no text. */
export function parsePair(text: string): [name: string, value: string] | undefined {
  // Without the "&", a "?" at the start of the name would be removed as the start of a query.
  return new URLSearchParams(`&${text}`).entries().next().value;
}

function nameOf(pair: string): string | undefined {
  return parsePair(pair)?.[0];
}

/** A space becomes %20, which every server decodes; a "+" of the value itself is %2B already. */
function encodePair(name: string, value: string): string {
  return new URLSearchParams([[name, value]]).toString().replaceAll("+", "%20");
}
