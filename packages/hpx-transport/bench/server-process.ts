import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "./certificate.js";

/** A server in a process of its own. */
export interface Server {
  readonly origin: string;
  /** What a client's process needs in its environment to trust the server. */
  readonly env: NodeJS.ProcessEnv;
  stop(): void;
}

/** Starts `file`, which sends its port when it listens; over TLS it is given a key and a certificate. */
export async function startServer(file: string, secure: boolean): Promise<Server> {
  const certificate = secure ? makeCertificate() : undefined;
  const args = certificate === undefined ? [] : [certificate.key, certificate.cert];
  const server = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  const [port] = (await once(server, "message")) as [number];
  return {
    origin: `${secure ? "https" : "http"}://127.0.0.1:${port}`,
    env: { ...process.env, ...(certificate !== undefined && { NODE_EXTRA_CA_CERTS: certificate.cert }) },
    stop: () => {
      server.disconnect();
      if (certificate !== undefined) rmSync(certificate.folder, { recursive: true });
    },
  };
}
