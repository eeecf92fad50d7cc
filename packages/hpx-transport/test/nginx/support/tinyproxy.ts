import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./folder.js";
import { freePort, listens } from "./ports.js";
import { Program } from "./program.js";

/** An HTTP proxy for plain requests (absolute URLs) and tunnels (CONNECT), to any port of the loopback interface. */
export interface Tinyproxy {
  /** Without credentials. */
  readonly url: string;
  readonly port: number;
  /** The request lines it was sent so far, such as `CONNECT 127.0.0.1:443 HTTP/1.1`; refused ones are among them. */
  readonly requests: readonly string[];
  /** Kills it with every connection through it. */
  kill(): Promise<void>;
}

/** Starts tinyproxy on a free port; the test's end kills it. With `basicAuth` it answers 407 to all who lack it. */
export async function startTinyproxy(basicAuth?: { user: string; password: string }): Promise<Tinyproxy> {
  const folder = temporaryFolder();
  const port = await freePort();
  const configuration = [
    `Port ${port}`,
    "Listen 127.0.0.1",
    "Allow 127.0.0.1",
    "Timeout 600",
    "LogLevel Connect",
    ...(basicAuth === undefined ? [] : [`BasicAuth ${basicAuth.user} ${basicAuth.password}`]),
  ];
  writeFileSync(join(folder, "tinyproxy.conf"), `${configuration.join("\n")}\n`);
  const program = new Program("tinyproxy", ["-d", "-c", "tinyproxy.conf"], { folder });
  onTestFinished(() => program.kill());
  await program.until("accepts connections", () => listens(port));
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return Array.from(program.output.matchAll(/Request \(file descriptor \d+\): (.+)/g), (match) => match[1] ?? "");
    },
    kill: () => program.kill(),
  };
}
