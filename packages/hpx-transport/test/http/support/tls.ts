import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start, type TestServer } from "./servers.js";

/** An HTTPS server with a fresh certificate for 127.0.0.1 that nobody vouches for. */
export function startSelfSigned(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), "hpx-"));
  try {
    const keyFile = join(directory, "key.pem");
    const certFile = join(directory, "cert.pem");
    execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split(" "),
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        keyFile,
        "-out",
        certFile,
      ],
      { stdio: "ignore" },
    );
    const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (_request, response) => {
      response.end("never seen");
    });
    return start(server, "https:");
  } finally {
    rmSync(directory, { recursive: true });
  }
}
