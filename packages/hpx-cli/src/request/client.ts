import { existsSync } from "node:fs";
import { type HttpClient, NodeClient, type NodeClientOptions } from "hpx-transport/http";
import { shown, UsageError, wrongValue } from "../usage.js";
import { asUsage } from "./config-error.js";
import { readFileFor } from "./files.js";
import { parseResolve, ResolvingClient } from "./resolve.js";

/** How the server is reached. */
export interface ClientFlags {
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly proxy?: string;
  readonly http2?: boolean;
  readonly unixSocket?: string;
  readonly resolve?: readonly string[];
}

/** The HTTP client that the options ask for. */
export async function createClient(flags: ClientFlags): Promise<HttpClient> {
  const { cacert, insecure, proxy, http2, unixSocket, resolve } = flags;
  if (unixSocket !== undefined && proxy !== undefined && proxy !== "") {
    throw new UsageError(
      "--unix-socket and -x: a socket on this machine is reached without a proxy; leave one of them out",
    );
  }
  const ca = cacert === undefined ? undefined : await readPem("--cacert", cacert, "CERTIFICATE");
  const own = await readCertificate(flags);
  const options: NodeClientOptions = {
    tls: { ca, ...own, rejectUnauthorized: insecure ? false : undefined },
    // As curl has it, an empty one turns the environment's off.
    proxy: proxy === "" ? false : proxy,
    http2,
    socketPath: unixSocket,
  };
  try {
    const client = new NodeClient(options);
    return resolve === undefined ? client : new ResolvingClient(resolve.map(parseResolve), options);
  } catch (error) {
    throw asUsage(error);
  }
}

/** The client's own certificate, with its key, which may be in the same file. */
async function readCertificate({ cert, key }: ClientFlags): Promise<NodeClientOptions["tls"]> {
  if (cert === undefined) {
    if (key === undefined) return {};
    throw new UsageError("--key: it is the key of a certificate; give that with --cert");
  }
  const { file, passphrase } = splitPassphrase(cert);
  const certificate = await readPem("--cert", file, "CERTIFICATE");
  const from = key === undefined ? { option: "--cert", file } : { option: "--key", file: key };
  return { cert: certificate, key: await readPem(from.option, from.file, "PRIVATE KEY"), passphrase };
}

/** `file:passphrase`, as curl has it; `\:` is a colon of the file's name, and so is one after the letter of a drive. */
function splitPassphrase(text: string): { readonly file: string; readonly passphrase: string | undefined } {
  if (existsSync(text)) return { file: text, passphrase: undefined };
  const [, file = text, passphrase] = /^((?:[a-z]:(?=[\\/]))?(?:\\[:\\]|[^:])*):(.*)$/is.exec(text) ?? [];
  return { file: file.replace(/\\([:\\])/g, "$1"), passphrase };
}

async function readPem(option: string, file: string, holding: string): Promise<string> {
  const text = Buffer.from(await readFileFor(option, file)).toString();
  if (new RegExp(`-----BEGIN [A-Z0-9 ]*${holding}-----`).test(text)) return text;
  throw wrongValue(option, `${shown(file)} (no PEM in it)`, `it takes a file with -----BEGIN ${holding}-----`);
}
