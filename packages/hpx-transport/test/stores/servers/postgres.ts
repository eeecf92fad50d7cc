import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { Program, runs } from "../../support/program.js";
import type { ServerKind } from "./server.js";

/** Debian keeps the programs of each version in a folder of its own. */
function programOf(name: string): string {
  const versions = "/usr/lib/postgresql";
  if (!existsSync(versions)) return name;
  const [newest] = readdirSync(versions).toSorted((one, other) => Number(other) - Number(one));
  return join(versions, newest ?? "", "bin", name);
}

/** What is written outlives `kill -9` of the server without that. */
const WITHOUT_DISK = ["fsync=off", "full_page_writes=off", "autovacuum=off"];

/** PostgreSQL, whose superuser is `tests`, without a password. */
export const postgresServer: ServerKind = {
  requirement: {
    met: runs(programOf("postgres"), "--version") && runs(programOf("initdb"), "--version"),
    missing: "postgresql is not installed",
  },
  command: () => programOf("postgres"),
  args: (folder, port) => {
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=200",
      ...WITHOUT_DISK,
    ];
    return ["-D", join(folder, "data"), ...settings.flatMap((setting) => ["-c", setting])];
  },
  prepare: async (folder) => {
    const args = ["-D", join(folder, "data"), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"];
    await new Program(programOf("initdb"), args, { folder }).exited();
  },
  answers: async (port) => {
    const client = new Client({ connectionString: urlOf(port, "postgres") });
    client.on("error", () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  },
};

export function urlOf(port: number, database: string, user = "tests"): string {
  return `postgres://${user}@127.0.0.1:${port}/${database}`;
}

let made = 0;

/** The URL of a database that is new. */
export async function newDatabase(port: number): Promise<string> {
  made += 1;
  const name = `d${process.pid}_${made}`;
  const client = new Client({ connectionString: urlOf(port, "postgres") });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return urlOf(port, name);
}
