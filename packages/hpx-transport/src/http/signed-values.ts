import { parsePair, queryOf, setQuery } from "../auth/query.js";
import { textAsBytes } from "./headers.js";

/** The parts of a request that a signer changes. */
export interface Signed {
  readonly url: URL;
  readonly headers: Headers;
}

/** Shorter values are of no use to a thief, and stand in any URL by chance. */
const MIN_LENGTH = 6;
/** Percent-encoding within percent-encoding: a login page that leads to a login page. */
const MAX_ENCODINGS = 5;

/** What a signer added to a request, to be found again in a redirect that the server builds from that request. */
export class SignedValues {
  /** Parameters of the query, with their names. */
  readonly #pairs: ReadonlySet<string>;
  /** Every value, one character a byte. */
  readonly #values: readonly string[];

  constructor(unsigned: Signed, signed: Signed) {
    const own = new Set(pairsOf(unsigned.url));
    const pairs = [...signed.url.searchParams].filter((pair) => !own.has(JSON.stringify(pair)));
    this.#pairs = new Set(pairs.map((pair) => JSON.stringify(pair)));
    const headers = [...signed.headers].filter(([name, value]) => unsigned.headers.get(name) !== value);
    const segments = new Set(unsigned.url.pathname.split("/"));
    const values = [
      ...pairs.map(([, value]) => textAsBytes(value)),
      ...headers.flatMap(([, value]) => secretsOf(value)),
      ...signed.url.pathname.split("/").flatMap((part) => (segments.has(part) ? [] : percentDecoded(part))),
    ];
    this.#values = values.filter(({ length }) => length >= MIN_LENGTH).map(comparable);
  }

  /** Removes the parameters that the signer added from the query of `url`, where it repeats them as they were. */
  strip(url: URL): void {
    if (!this.#isRepeated(url)) return;
    const kept = queryOf(url)
      .split("&")
      .filter((text) => !this.#pairs.has(JSON.stringify(parsePair(text))));
    setQuery(url, kept.join("&"));
  }

  /** Whether `url` holds a parameter or any value that the signer added, wherever and however it is encoded. */
  areIn(url: URL): boolean {
    if (this.#isRepeated(url)) return true;
    const shapes = shapesOf(url.href);
    return this.#values.some((value) => shapes.some((text) => text.includes(value)));
  }

  #isRepeated(url: URL): boolean {
    return pairsOf(url).some((pair) => this.#pairs.has(pair));
  }
}

function pairsOf(url: URL): string[] {
  return [...url.searchParams].map((pair) => JSON.stringify(pair));
}

/** The value of a header, the token or the password in it, and the values of cookies. */
function secretsOf(value: string): string[] {
  const [, scheme = "", credentials = ""] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
  const cookies = value.split(/; */).map((cookie) => cookie.slice(cookie.indexOf("=") + 1));
  return [value, credentials, ...(scheme.toLowerCase() === "basic" ? passwordIn(credentials) : []), ...cookies];
}

function passwordIn(credentials: string): string[] {
  try {
    const login = atob(credentials);
    return [login, login.slice(login.indexOf(":") + 1)];
  } catch {
    return [];
  }
}

/** The URL as it is, and with one layer of encoding after the other taken off, one character a byte. */
function shapesOf(href: string): string[] {
  const shapes = [href];
  for (let text = href; shapes.length <= MAX_ENCODINGS;) {
    const decoded = percentDecoded(text);
    if (decoded === text) break;
    shapes.push(decoded);
    text = decoded;
  }
  return shapes.map(comparable);
}

/** Host names lose their capitals, and a blank in a query may be a plus. */
function comparable(text: string): string {
  return text.toLowerCase().replaceAll("+", " ");
}

/** As `decodeURIComponent`, without an error for what is no encoding: one character a byte. */
function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
