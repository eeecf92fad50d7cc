import { readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { environment, Program, temporaryFolder } from "../../support/program.js";
import { freePort, listens } from "../../support/ports.js";
import { eventually } from "../../support/promises.js";
import { nchanModule } from "../../support/requirements.js";

const WORKERS = 2;

/** What a test adds to the configuration. */
export interface NginxOptions {
  /** Directives of the `http` block. */
  readonly http?: string;
  /** Directives of the only `server` block, which listens already. */
  readonly server: string;
  /** What every worker writes to the log when it is of use. @defaultValue it was started */
  readonly ready?: string;
}

/** nginx in a folder of its own, with the master in the foreground and {@link WORKERS} workers. */
export class Nginx {
  readonly url: string;
  readonly #port: number;
  /** Where its files are; also the document root. */
  readonly folder: string;
  readonly #ready: string;
  #program: Program | undefined;

  private constructor(port: number, folder: string, ready: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.#port = port;
    this.folder = folder;
    this.#ready = ready;
  }

  /** Starts it on a free port; the test's end kills it. */
  static async start(options: NginxOptions): Promise<Nginx> {
    const folder = temporaryFolder();
    const port = await freePort();
    writeFileSync(join(folder, "nginx.conf"), configuration(port, folder, options));
    const nginx = new Nginx(port, folder, options.ready ?? "start worker process ");
    onTestFinished(async () => await nginx.#program?.kill());
    await nginx.start();
    return nginx;
  }

  /** Starts it again on the same port. */
  async start(): Promise<void> {
    await this.#newWorkers(() => {
      this.#program = new Program("nginx", this.#arguments(), { folder: this.folder });
    });
  }

  /** `kill -9` of the master and all workers: nobody says goodbye. */
  async kill(): Promise<void> {
    await this.#program?.kill();
    await this.#gone();
  }

  /** `nginx -s stop`: a fast, orderly end. */
  async stop(): Promise<void> {
    this.#signal("stop");
    await this.#program?.exited();
    await this.#gone();
  }

  /** `nginx -s reload`: new workers take over, the old ones cut what is open a moment later. */
  async reload(): Promise<void> {
    const before = this.log.length;
    await this.#newWorkers(() => this.#signal("reload"));
    await this.#logs("gracefully shutting down", before);
  }

  /** Everything in the error log so far. */
  get log(): string {
    try {
      return readFileSync(join(this.folder, "error.log"), "utf8");
    } catch {
      return "";
    }
  }

  async #newWorkers(cause: () => void): Promise<void> {
    const before = this.log.length;
    cause();
    await this.#logs(this.#ready, before);
  }

  /** Waits until each worker has written this to the log since it was `before` characters long. */
  async #logs(text: string, before: number): Promise<void> {
    const since = (): string => this.log.slice(before);
    try {
      await this.#program?.until(`each worker logs "${text}"`, () => since().split(text).length > WORKERS);
    } catch (error) {
      throw new Error(`${String(error)}; its log: ${since().slice(0, 5000)}`, { cause: error });
    }
  }

  #signal(name: "stop" | "reload"): void {
    const { status, stderr } = spawnSync("nginx", [...this.#arguments(), "-s", name], {
      env: environment,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`nginx -s ${name}: ${stderr}`);
  }

  #arguments(): string[] {
    return ["-p", this.folder, "-c", "nginx.conf", "-e", "error.log"];
  }

  async #gone(): Promise<void> {
    await eventually("nginx has let go of its port", async () => !(await listens(this.#port)));
  }
}

function configuration(port: number, folder: string, { http = "", server }: NginxOptions): string {
  return `
    load_module ${nchanModule};
    daemon off;
    worker_processes ${WORKERS};
    worker_shutdown_timeout 50ms;
    pid nginx.pid;
    error_log error.log notice;
    events {}
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      ${http}
      server {
        listen 127.0.0.1:${port};
        root ${folder};
        ${server}
      }
    }`;
}
