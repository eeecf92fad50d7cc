import type { Command } from "commander";
import { hmacRecipes } from "hpx-transport";
import type { BodyFlags, BodyPart } from "./body.js";
import type { ClientFlags } from "./client.js";
import { SameOption } from "./same-option.js";

/** What the request is, in curl's words. */
export interface RequestFlags extends ClientFlags, BodyFlags {
  /** The URL, where it is not an argument. */
  readonly url?: string;
  readonly header?: readonly string[];
  readonly cookie?: readonly string[];
  readonly userAgent?: string;
  readonly compressed?: boolean;
  readonly request?: string;
  readonly get?: boolean;
  readonly user?: string;
  readonly lastEventId?: string;
  readonly hmac?: string;
  /** A log of the requests. */
  readonly verbose?: boolean;
}

/** Collects the values of a repeatable option. */
export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function part(raw: boolean) {
  return (value: string, before: readonly BodyPart[] = []): readonly BodyPart[] => [...before, { value, raw }];
}

/** How `--help` says what `--hmac` takes. */
export const HMAC_HELP: string = `Recipes of --hmac: ${hmacRecipes.join(", ")}.`;

/** How `--help` says that a copied command is understood. */
export const CURL_HELP: string = `A command that was copied from a browser ("Copy as cURL") or from an API's page can be pasted after the name of this
command, with the word curl and all: hpx sse curl 'https://example.com/events' -H 'accept: */*' --compressed`;

/** Gives `command` curl's options for a stream. `--json` is left out where it means something else. */
export function addRequestOptions(command: Command, { json = true }: { json?: boolean } = {}): Command {
  addHeaderOptions(command)
    .option("-X, --request <method>", "the method (default: GET; POST with a body)")
    .option("-d, --data <data>", "send a body; @file and @- (standard input) are read; repeatable", part(false))
    .addOption(new SameOption("--data-binary <data>", "the same as -d", "data").argParser(part(false)))
    .addOption(
      new SameOption("--data-raw <data>", "the same, and an @ is not read as a file", "data").argParser(part(true)),
    );
  if (json) command.option("--json <data>", "the same as application/json", repeatable);
  command.option("-G, --get", "append the data of -d to the URL, and send no body");
  addSigningOptions(command)
    .option("--compressed", "ask for a compressed stream; it is decoded with and without this option")
    .option("--url <url>", "the URL, in place of the argument")
    .option("--last-event-id <id>", "resume after this event");
  return addConnectionOptions(command)
    .option("--http2", "offer HTTP/2 to https servers")
    .optionsGroup("Also taken, as curl's, without any effect (this is how it works here):")
    .option("-L, --location", "redirects are followed")
    .option("-N, --no-buffer", "events are shown as they come")
    .option("-S, --show-error", "errors are shown, also with -s")
    .option("-f, --fail", "a refusal is exit code 1")
    .option("-g, --globoff", "brackets in a URL are brackets")
    .option("--http1.1", "without --http2, it is HTTP/1.1");
}

/** The options for what a request says of itself. */
export function addHeaderOptions(command: Command): Command {
  return command
    .optionsGroup("Request (as curl has it):")
    .option("-H, --header <line>", 'send "Name: value", or the lines of @file; repeatable', repeatable)
    .option("-b, --cookie <cookies>", 'send "name=value; name=value" as cookies; repeatable', repeatable)
    .option("-A, --user-agent <name>", "send this User-Agent");
}

/** The options for who asks. */
export function addSigningOptions(command: Command): Command {
  return command
    .option("-u, --user <user:password>", "log in (Basic)")
    .option("--hmac <recipe>", "sign with HPX_KEY, HPX_SECRET and HPX_PASSPHRASE of the environment; see below");
}

/** The options for the way to the server. */
export function addConnectionOptions(command: Command): Command {
  return command
    .optionsGroup("Connection (as curl has it):")
    .option("-x, --proxy <url>", 'go through this proxy (default: the environment\'s; "": none)')
    .addOption(new SameOption("--all-proxy <url>", "the same", "proxy"))
    .option("--cacert <file>", "trust these certificate authorities (PEM), and no other")
    .option("-E, --cert <file[:passphrase]>", "show this certificate (PEM) to the server")
    .option("--key <file>", "its private key (PEM; default: the one in the file of --cert)")
    .option("-k, --insecure", "accept any certificate")
    .option("--unix-socket <path>", "connect to this socket, whatever the host in the URL")
    .option("--resolve <host:port:address>", "connect to this address for that host and port; repeatable", repeatable)
    .option("-v, --verbose", "log the requests to standard error, as HPX_LOG=debug does");
}
