import type { Authentication } from "hpx-transport";
import type { HttpClient } from "hpx-transport/http";
import type { CommandContext } from "../output.js";
import { UsageError } from "../usage.js";
import { version } from "../command.js";
import { readBody } from "./body.js";
import { createClient } from "./client.js";
import { basicAuthorization, readHeaders } from "./headers.js";
import { HMAC_VARIABLES, hmacAuth } from "./hmac.js";
import type { RequestFlags } from "./flags.js";
import { readUrl } from "./url.js";

/** The request that the command line describes, in the transport's terms. */
export interface RequestOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: [name: string, value: string][];
  readonly body: Uint8Array | undefined;
  readonly lastEventId: string | undefined;
  readonly client: HttpClient;
  readonly auth: Authentication | undefined;
  /** What must be shown nowhere, should a server echo it. */
  readonly secrets: readonly string[];
}

/** Reads the options and the files that they name; throws `UsageError` for what cannot be used. */
export async function readRequest(
  text: string,
  flags: RequestFlags,
  { stdin, env }: Pick<CommandContext, "stdin" | "env">,
): Promise<RequestOptions> {
  checkCombination(flags);
  const { url, login } = readUrl(text);
  const given = await readHeaders(flags.header ?? [], stdin);
  const body = await readBody(flags, stdin);
  const user = flags.user ?? login;
  const own: Record<string, string | undefined> = {
    "User-Agent": `hpx-cli/${version()}`,
    "Content-Type": body?.contentType,
    Authorization: user === undefined ? undefined : basicAuthorization(user),
  };
  const headers = given.map(([name, value]): [string, string] => [name, value]);
  // What -H says wins.
  const names = new Set(given.map(([name]) => name.toLowerCase()));
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
    secrets: [...secretsOf(given, user), ...HMAC_VARIABLES.flatMap((name) => env[name] || [])],
  };
}

function checkCombination({ data, json, header = [], request }: RequestFlags): void {
  if (request?.toUpperCase() === "GET" && (data ?? json) !== undefined) {
    throw new UsageError(`-X: "${request}" has no body; leave it out, and the request is a POST`);
  }
  if (data !== undefined && json !== undefined) {
    throw new UsageError("-d and --json: a request has one body; give all of it to one of them");
  }
  const fromStdin = [...(data ?? []), ...(json ?? []), ...header].filter((value) => value === "@-");
  if (fromStdin.length > 1) throw new UsageError("@-: standard input can be read once; give the other one as @file");
}

/** The words of every header's value, the login and its password; very short ones would hide too much. */
function secretsOf(headers: readonly (readonly [string, string])[], user: string | undefined): readonly string[] {
  const login = user === undefined ? [] : [user, user.slice(user.indexOf(":") + 1), basicAuthorization(user).slice(6)];
  const words = headers.flatMap(([, value]) => value.split(/[\s,;]+/));
  return [...words, ...login].filter((secret) => secret.length >= 6);
}
