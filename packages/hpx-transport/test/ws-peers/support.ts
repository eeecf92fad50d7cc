import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { WsConnection, type WsData, type WsMessage, type WsOptions } from "../../src/websocket/index.js";
import { freePort } from "../support/ports.js";
import { environment, Program, runs } from "../support/program.js";
import type { Requirement } from "../support/requirements.js";

const PEERS = new URL("peers/", import.meta.url).pathname;

/** Debian's Python: another one has other packages. */
const PYTHON = "/usr/bin/python3";
const GORILLA = "/usr/share/gocode/src/github.com/gorilla/websocket";

export const pythonWebsockets: Requirement = {
  met: existsSync(PYTHON) && runs(PYTHON, "-c", "import websockets"),
  missing: "python3-websockets is not installed",
};

export const gorilla: Requirement = {
  met: runs("go", "version") && existsSync(GORILLA),
  missing: "Go with golang-github-gorilla-websocket-dev is not installed",
};

export const natsServer: Requirement = {
  met: runs("nats-server", "--version"),
  missing: "nats-server is not installed",
};

export const chromium: Requirement = { met: runs("chromium", "--version"), missing: "chromium is not installed" };

/** An echo server of another WebSocket library, in a process of its own. */
export interface Peer {
  readonly url: string;
  /** `kill -9`, and a new process on the same port. */
  restart(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

/** A program that prints `listening` when it takes connections on the port that `args` give it. */
async function startPeer(command: string, args: (port: number) => readonly string[]): Promise<Peer> {
  const port = await freePort();
  let program: Program | undefined;
  const start = async (): Promise<void> => {
    // The checkout may be readable for us only.
    program = new Program(command, args(port), { privileged: true });
    await program.until("it listens", () => program?.output.includes("listening") === true);
  };
  const kill = async (): Promise<void> => await program?.kill();
  onTestFinished(kill);
  await start();
  return {
    url: `ws://127.0.0.1:${port}/`,
    kill,
    async restart() {
      await kill();
      await start();
    },
  };
}

export async function startPython(): Promise<Peer> {
  return await startPeer(PYTHON, (port) => [join(PEERS, "echo.py"), String(port)]);
}

export async function startNode(file: string): Promise<Peer> {
  return await startPeer(process.execPath, (port) => [join(PEERS, file), String(port)]);
}

let goProgram: string | undefined;

/** Compiles the Go server once a run. */
export async function startGo(): Promise<Peer> {
  goProgram ??= compileGo();
  const program = goProgram;
  return await startPeer(program, (port) => [String(port)]);
}

function compileGo(): string {
  const folder = mkdtempSync(join(tmpdir(), "hpx-go-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "echo");
  const env = { ...environment, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOCACHE: join(folder, "cache") };
  const { status, stderr } = spawnSync("go", ["build", "-o", file, join(PEERS, "echo.go")], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return file;
}

/** A connection that is closed with its test, once it is open. */
export async function connect(options: WsOptions): Promise<WsConnection> {
  const reconnect = { initialDelay: 10, maxDelay: 100, burst: 1000, perSecond: 1000 };
  const connection = WsConnection.open({ reconnect, ...options });
  onTestFinished(() => connection.close());
  await connection.opened;
  return connection;
}

/** The next `count` messages. */
export async function take(
  source: { next(): Promise<IteratorResult<WsMessage>> },
  count: number,
): Promise<WsMessage[]> {
  const messages: WsMessage[] = [];
  while (messages.length < count) {
    const result = await source.next();
    if (result.done === true) throw new Error(`it ended after ${messages.length} of ${count} messages`);
    messages.push(result.value);
  }
  return messages;
}

/** The content of the next message. */
export async function next(source: { next(): Promise<IteratorResult<WsMessage>> }): Promise<WsData> {
  return ((await take(source, 1))[0] as WsMessage).data;
}
