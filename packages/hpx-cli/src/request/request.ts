import type { Authentication } from "hpx-transport";
import { type HttpClient, textAsBytes } from "hpx-transport/http";
import type { CommandContext } from "../output.js";
import { UsageError } from "../usage.js";
import { version } from "../command.js";
import { type Body, readBody } from "./body.js";
import { createClient } from "./client.js";
import { basicAuthorization, ENCODINGS, readCookies, readHeaders } from "./headers.js";
import { hmacAuth } from "./hmac.js";
import { Secrets } from "./secrets.js";
import type { RequestFlags } from "./flags.js";
import { readUrl, type UrlKind } from "./url.js";

/** The request that the command line describes, in the transport's terms. */
export interface RequestOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: [name: string, value: string][];
  readonly body: Uint8Array | undefined;
  readonly lastEventId: string | undefined;
  readonly client: HttpClient;
  readonly auth: Authentication | undefined;
  /** Hides in a text what the server may repeat of the request. */
  readonly secrets: Secrets;
}

/** Reads the options and the files that they name; throws `UsageError` for what cannot be used. */
export async function readRequest(
  text: string,
  flags: RequestFlags,
  { stdin, env }: Pick<CommandContext, "stdin" | "env">,
  kind?: UrlKind,
): Promise<RequestOptions> {
  checkCombination(flags);
  const { url, login } = readUrl(text, kind);
  const headers = (await readHeaders(flags.header ?? [], stdin)).map(([name, value]): [string, string] => [
    name,
    value,
  ]);
  const given = await readBody(flags, stdin);
  const body = flags.get ? undefined : given;
  if (flags.get && given !== undefined) url.search = [url.search.slice(1), queryOf(given)].filter(Boolean).join("&");
  const user = flags.user ?? login;
  const own: Record<string, string | undefined> = {
    "User-Agent": textAsBytes(flags.userAgent ?? `hpx-cli/${version()}`),
    Cookie: flags.cookie === undefined ? undefined : textAsBytes(readCookies(flags.cookie)),
    "Accept-Encoding": flags.compressed ? ENCODINGS : undefined,
    "Content-Type": body?.contentType,
    Authorization: user === undefined ? undefined : basicAuthorization(user),
  };
  // What -H says wins.
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !names.has(name.toLowerCase())) headers.push([name, value]);
  }
  return {
    url,
    method: flags.request ?? (body === undefined ? "GET" : "POST"),
    headers,
    body: body?.bytes,
    lastEventId: flags.lastEventId,
    client: await createClient(flags),
    auth: flags.hmac === undefined ? undefined : hmacAuth(flags.hmac, env),
    secrets: new Secrets({ url, headers, login: user, body: given?.bytes, env }),
  };
}

/** The data of `-G`, which curl appends as it is; a URL has no control characters and no blanks. */
function queryOf({ bytes }: Body): string {
  return Buffer.from(bytes)
    .toString()
    .replace(/[^!-~]+/g, (text) => encodeURIComponent(text));
}

function checkCombination({ data, json, header = [], request, get }: RequestFlags): void {
  if (get && json !== undefined) throw new UsageError("-G: JSON is no query; give its data with -d, or leave -G out");
  if (get && data === undefined) throw new UsageError("-G: there is nothing to append to the URL; give it with -d");
  if (!get && request?.toUpperCase() === "GET" && (data ?? json) !== undefined) {
    throw new UsageError(`-X: "${request}" has no body; leave it out, and the request is a POST`);
  }
  if (data !== undefined && json !== undefined) {
    throw new UsageError("-d and --json: a request has one body; give all of it to one of them");
  }
  const read = (data ?? []).filter(({ raw }) => !raw).map(({ value }) => value);
  const fromStdin = [...read, ...(json ?? []), ...header].filter((value) => value === "@-");
  if (fromStdin.length > 1) throw new UsageError("@-: standard input can be read once; give the other one as @file");
}
