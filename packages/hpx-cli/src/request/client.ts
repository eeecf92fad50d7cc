import { NodeClient } from "hpx-transport/http";
import { shown, wrongValue } from "../usage.js";
import { asUsage } from "./config-error.js";
import { readFileFor } from "./files.js";

/** How the server is reached. */
export interface ClientFlags {
  readonly cacert?: string;
  readonly insecure?: boolean;
  readonly proxy?: string;
  readonly http2?: boolean;
}

/** The HTTP client that the options ask for. */
export async function createClient({ cacert, insecure, proxy, http2 }: ClientFlags): Promise<NodeClient> {
  const ca = cacert === undefined ? undefined : await readCertificates(cacert);
  try {
    return new NodeClient({
      tls: { ca, rejectUnauthorized: insecure ? false : undefined },
      // As curl has it, an empty one turns the environment's off.
      proxy: proxy === "" ? false : proxy,
      http2,
    });
  } catch (error) {
    throw asUsage(error);
  }
}

async function readCertificates(file: string): Promise<string> {
  const text = Buffer.from(await readFileFor("--cacert", file)).toString();
  if (text.includes("-----BEGIN ")) return text;
  throw wrongValue("--cacert", `${shown(file)} (no PEM in it)`, "it takes a file with -----BEGIN CERTIFICATE-----");
}
