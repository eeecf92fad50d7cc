import type { Command } from "commander";
import { hmacRecipes } from "hpx-transport";
import type { BodyFlags } from "./body.js";
import type { ClientFlags } from "./client.js";

/** What the request is, in curl's words. */
export interface RequestFlags extends ClientFlags, BodyFlags {
  readonly header?: readonly string[];
  readonly request?: string;
  readonly user?: string;
  readonly lastEventId?: string;
  readonly hmac?: string;
}

/** Collects the values of a repeatable option. */
export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** How `--help` says what `--hmac` takes. */
export const HMAC_HELP: string = `Recipes of --hmac: ${hmacRecipes.join(", ")}.`;

/** Gives `command` curl's options. `--json` is left out where it means something else. */
export function addRequestOptions(command: Command, { json = true }: { json?: boolean } = {}): Command {
  command
    .optionsGroup("Request (as curl has it):")
    .option("-H, --header <line>", 'send "Name: value", or the lines of @file; repeatable', repeatable)
    .option("-X, --request <method>", "the method (default: GET; POST with a body)")
    .option("-d, --data <data>", "send a body; @file and @- (standard input) are read; repeatable", repeatable);
  if (json) command.option("--json <data>", "the same as application/json", repeatable);
  return command
    .option("-u, --user <user:password>", "log in (Basic)")
    .option("--hmac <recipe>", "sign with HPX_KEY, HPX_SECRET and HPX_PASSPHRASE of the environment; see below")
    .option("-x, --proxy <url>", 'go through this proxy (default: the environment\'s; "": none)')
    .option("--cacert <file>", "trust these certificate authorities (PEM), and no other")
    .option("-k, --insecure", "accept any certificate")
    .option("--http2", "offer HTTP/2 to https servers")
    .option("--last-event-id <id>", "resume after this event");
}
