/** What a response says about itself. */
export interface ResponseFacts {
  readonly status: number;
  readonly statusText: string | undefined;
  readonly headers: Headers;
  /** Where it came from, without a fragment. */
  readonly url: URL;
  readonly redirected: boolean;
}

/** Whether a response with `status` never has a body (Fetch, "null body status"). */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/**
 * A `Response`. One that is made by hand has neither a URL nor the mark of a redirect: they are defined, also on its clones.
 *
 * @throws {RangeError} for a status that a `Response` cannot have
 */
export function describe(body: ReadableStream<Uint8Array> | null, facts: ResponseFacts): Response {
  const { status, headers } = facts;
  const statusText = sendable(facts.statusText ?? "");
  return withFacts(new Response(body as BodyInit | null, { status, statusText, headers: new Headers(headers) }), facts);
}

function withFacts(response: Response, facts: ResponseFacts): Response {
  const { href } = withoutFragment(facts.url);
  const clone = response.clone.bind(response);
  return Object.defineProperties(response, {
    url: { value: href },
    redirected: { value: facts.redirected },
    clone: { value: () => withFacts(clone(), facts) },
  });
}

function withoutFragment(url: URL): URL {
  const shown = new URL(url);
  shown.hash = "";
  return shown;
}

/** A reason phrase with a control character is no phrase (RFC 9112, section 4). */
function sendable(statusText: string): string {
  return /^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(statusText) ? statusText : "";
}
