import { onTestFinished } from "vitest";
import { Program, temporaryFolder } from "../../support/program.js";
import { freePort, listens } from "../../support/ports.js";

/** A redis-server of this test alone, which keeps its data in memory. Returns its port. */
export async function startRedis(): Promise<number> {
  const folder = temporaryFolder();
  const port = await freePort();
  const address = ["--bind", "127.0.0.1", "--port", String(port)];
  const program = new Program("redis-server", [...address, "--save", "", "--appendonly", "no"], { folder });
  onTestFinished(() => program.kill());
  await program.until("accepts connections", () => listens(port));
  return port;
}
