import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plain } from "./clients.js";
import { type Framework, frameworks } from "./frameworks.js";
import type { Result, Results } from "./page.js";
import { HOME, installed } from "./paths.js";
import { freePort } from "./ports.js";
import { proxies } from "./proxies/index.js";
import type { Proxy } from "./proxies/proxy.js";
import { Service, unprivilegedUser } from "./service.js";
import { LAST, type Outcome, trial } from "./trial.js";

/** A row of the table, and how its figures are found. */
export interface Row {
  readonly name: string;
  readonly table: keyof Results;
  readonly notes: string;
  readonly killed: Result["killed"];
  /** The version of the framework or the proxy; undefined where something is not installed. */
  version(): string | undefined;
  run(): Promise<Outcome>;
}

/** The programs of Debian are also found where the search path has no folder for administrators. */
const environment = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin` };

export const rows: readonly Row[] = [...frameworks.map(frameworkRow), ...proxies.map(proxyRow)];

function frameworkRow(framework: Framework): Row {
  return {
    name: framework.name,
    table: "servers",
    notes: framework.notes,
    killed: { server: 2 },
    version: () => versionOfPackages(framework),
    run: async () => {
      const port = await freePort();
      const server = serverOf(framework.file, port);
      const url = `http://127.0.0.1:${port}${framework.path}`;
      return await withServices([server], () => trial(url, framework.client, [server, server]));
    },
  };
}

function proxyRow(proxy: Proxy): Row {
  return {
    name: proxy.name,
    table: "proxies",
    notes: proxy.notes,
    killed: { proxy: 2, server: 2 },
    version: () => versionOfProgram(proxy),
    run: () =>
      inFolder(async (folder) => {
        const [port, backEnd] = [await freePort(), await freePort()];
        const config = join(folder, "config");
        await writeFile(config, proxy.config({ port, backEnd, folder }));
        const server = serverOf("plain", backEnd);
        const front = new Service({
          command: proxy.command,
          args: proxy.args({ port, backEnd, folder, config }),
          port,
          cwd: folder,
          environment: { ...environment, ...proxy.environment?.(folder) },
          unprivileged: true,
        });
        const kills = [front, server, front, server];
        return await withServices([server, front], () => trial(`http://127.0.0.1:${port}/events`, plain, kills));
      }),
  };
}

function serverOf(file: string, port: number): Service {
  const args = [`servers/${file}.mjs`, String(port), String(LAST)];
  return new Service({ command: process.execPath, args, port, cwd: HOME });
}

function versionOfPackages({ packages }: Framework): string | undefined {
  const files = packages.map((name) => installed(`${name}/package.json`));
  if (!files.every((file) => existsSync(file))) return undefined;
  return (JSON.parse(readFileSync(files[0] ?? "", "utf8")) as { version: string }).version;
}

function versionOfProgram({ command, versionArgs }: Proxy): string | undefined {
  const { stdout, stderr, error } = spawnSync(command, versionArgs, {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  return error === undefined ? /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] : undefined;
}

async function withServices<T>(services: readonly Service[], use: () => Promise<T>): Promise<T> {
  try {
    for (const service of services) await service.start();
    return await use();
  } finally {
    for (const service of services) await service.kill();
  }
}

/** A folder that also an unprivileged program may write to, deleted afterwards. */
async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "works-with-"));
  if (unprivilegedUser !== undefined) await chown(folder, unprivilegedUser, unprivilegedUser);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
