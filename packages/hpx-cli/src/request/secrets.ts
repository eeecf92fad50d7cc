import { HMAC_VARIABLES } from "./hmac.js";

/** Request headers whose values are no secret, and are worth reading in an error or a log. */
const PUBLIC: ReadonlySet<string> = new Set(
  (
    "accept accept-charset accept-encoding accept-language cache-control connection content-length content-type dnt " +
    "host last-event-id origin pragma priority te upgrade-insecure-requests user-agent"
  ).split(" "),
);
/** The words of an `Authorization` that say how the rest is to be read. */
const SCHEME = /^(?:apikey|basic|bearer|digest|negotiate|token)$/i;
/** Names whose values are keys, however short. */
const TELLING = /auth|cookie|credential|jwt|key|passw|secret|session|sig|token/i;
/** Shorter values would hide too much of a text: the first number is for names such as `api_key`, the second for others. */
const SHORTEST = { key: 4, other: 6 };
/** A KiB of a body is kept, without a character that was cut. */
const FULL_START = 1020;
/** Of a value at least so long, its beginning is hidden, too: texts are cut where they are shown. */
const LONG = 24;
const BEGINNING = 16;
/** What is shown in the place of a secret. */
const HIDDEN = "(hidden)";

/** Where the secrets of a request are. */
export interface SecretPlaces {
  readonly url: URL;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `user:password` of `-u` or of the URL. */
  readonly login: string | undefined;
  readonly body?: Uint8Array | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The secrets of a request, so that a text in which the server repeats them can be shown. */
export class Secrets {
  readonly #values: readonly string[];

  constructor(places: SecretPlaces) {
    const forms = valuesOf(places).flatMap(formsOf);
    // A longer one first: it may hold a shorter one.
    this.#values = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  }

  /** `text` without them. */
  hide(text: string): string {
    return this.#values.reduce((hidden, value) => withoutValue(hidden, value), text);
  }

  /** The same for the beginning of a body, which may end inside a secret where it has all the bytes that are kept. */
  hideInStart(text: string): string {
    const hidden = this.hide(text);
    if (Buffer.byteLength(text) < FULL_START) return hidden;
    for (const value of this.#values) {
      for (let length = value.length - 1; length >= SHORTEST.key; length -= 1) {
        if (hidden.endsWith(value.slice(0, length))) return hidden.slice(0, -length) + HIDDEN;
      }
    }
    return hidden;
  }
}

function withoutValue(text: string, value: string): string {
  const whole = text.replaceAll(value, HIDDEN);
  if (value.length < LONG) return whole;
  const [first = "", ...others] = whole.split(value.slice(0, BEGINNING));
  // The rest of a value that was cut ends with its word.
  return [first, ...others.map((rest) => rest.replace(/^[^\s"'<>()…]*/, ""))].join(HIDDEN);
}

function valuesOf({ url, headers, login, body, env }: SecretPlaces): string[] {
  const values = [...url.searchParams].filter(([name, value]) => isSecret(name, value)).map(([, value]) => value);
  for (const [name, value] of headers) {
    if (!PUBLIC.has(name.toLowerCase())) values.push(...wordsOf(name.toLowerCase(), value));
  }
  if (login !== undefined) values.push(Buffer.from(login).toString("base64"), ...loginValues(login));
  if (body !== undefined) values.push(...bodyValues(Buffer.from(body).toString()));
  for (const name of HMAC_VARIABLES) values.push(env[name] ?? "");
  return values.filter((value) => value.length >= SHORTEST.key);
}

/** The words of a header's value, those of `name=value` without the name; of a referrer only its query. */
function wordsOf(name: string, value: string): string[] {
  if (name === "referer") {
    return URL.canParse(value) ? [...new URL(value).searchParams.values()].filter((each) => isSecret(name, each)) : [];
  }
  const [, encoded] = /^basic\s+([\w+/=-]+)$/i.exec(value.trim()) ?? [];
  if (encoded !== undefined) return [encoded, ...loginValues(Buffer.from(encoded, "base64").toString())];
  return value.split(/[\s,;]+/).flatMap((word) => {
    const [, key, own = ""] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    const parts = key === undefined ? [word] : [word, own.replace(/^"|"$/g, "")];
    return parts.filter((part) => isSecret(name, part) && !SCHEME.test(part));
  });
}

function loginValues(login: string): string[] {
  return [login, login.slice(login.indexOf(":") + 1)];
}

/** The values of a form or of JSON whose names say that they are keys; the rest of a body is a question, and no secret. */
function bodyValues(text: string): string[] {
  const values: string[] = [];
  const keep = (name: string, value: unknown): unknown => {
    if (typeof value === "string" && TELLING.test(name)) values.push(value);
    return value;
  };
  try {
    JSON.parse(text, keep);
  } catch {
    for (const [name, value] of new URLSearchParams(text)) keep(name, value);
  }
  return values;
}

function isSecret(name: string, value: string): boolean {
  return value.length >= (TELLING.test(name) ? SHORTEST.key : SHORTEST.other);
}

/** A value as a server may write it: as it is, percent-encoded, within JSON or HTML. */
function formsOf(value: string): string[] {
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const forms = [value, JSON.stringify(value).slice(1, -1), html];
  try {
    forms.push(encodeURIComponent(value), encodeURIComponent(value).replaceAll("%20", "+"), decodeURIComponent(value));
  } catch {
    // A lone surrogate, or a % that encodes nothing.
  }
  return forms.filter((form) => form.length >= SHORTEST.key);
}
