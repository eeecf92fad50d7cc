import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Identity } from "./authority.js";

/**
 * An HTTPS server that demands a client certificate of `ca` and says by an alert what it dislikes, as most servers do;
 * Node's closes without a word. It is `openssl s_server`, whose page tells about the connection.
 */
export async function startDemanding(identity: Identity, ca: string, protocol: "tls1_2" | "tls1_3"): Promise<URL> {
  const directory = mkdtempSync(join(tmpdir(), "hpx-"));
  for (const [file, text] of Object.entries({ ...identity, ca })) writeFileSync(join(directory, file), text);
  const args = `s_server -accept 127.0.0.1:0 -${protocol} -cert cert -key key -CAfile ca -www`.split(" ");
  const server = spawn("openssl", [...args, "-Verify", "1", "-verify_return_error"], { cwd: directory });
  onTestFinished(() => {
    server.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });
  let output = "";
  for (;;) {
    const [chunk] = (await once(server.stdout, "data")) as [Buffer];
    output += chunk.toString();
    const port = /ACCEPT \S*:(\d+)/.exec(output)?.[1];
    if (port !== undefined) return new URL(`https://127.0.0.1:${port}/`);
  }
}
