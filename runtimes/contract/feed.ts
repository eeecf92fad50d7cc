import type { FeedReply, SeenRequest, SeenSocket, Setting, SocketReply } from "./protocol.js";

/** The server's side of the contract. The runtime under test calls it with its own fetch. */
export class Server {
  readonly #setting: Setting;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** The origin of the page, when the contract runs in a page. */
  get origin(): string {
    return this.#setting.server;
  }

  /** A URL that answers its n-th request with the n-th reply, and later requests with 204. */
  feed(...replies: FeedReply[]): Promise<Feed> {
    return this.#feed(this.#setting.server, replies);
  }

  /** The same URL at another origin. */
  feedElsewhere(...replies: FeedReply[]): Promise<Feed> {
    return this.#feed(this.#setting.elsewhere, replies);
  }

  /** A WebSocket URL that answers its n-th handshake with the n-th reply, and later ones with 403. */
  async socket(...replies: SocketReply[]): Promise<SocketFeed> {
    const control = `${this.#setting.server}/sockets/`;
    const id = (await ask(control, { method: "POST", body: JSON.stringify(replies) })) as string;
    return new SocketFeed(`${this.#setting.sockets}/${id}`, `${control}${id}`);
  }

  /** A host and port that accepts connections and says nothing, not even TLS. */
  get silent(): string {
    return this.#setting.silent;
  }

  /** Waits until no connection to {@link silent} is open. */
  async silentIsIdle(): Promise<void> {
    if ((await ask(`${this.#setting.server}/silent`)) !== true) throw new Error("a silent connection is still open");
  }

  async #feed(origin: string, replies: readonly FeedReply[]): Promise<Feed> {
    const control = `${this.#setting.server}/control/`;
    const id = await ask(control, { method: "POST", body: JSON.stringify(replies) });
    return new Feed(`${origin}/feed/${id as string}`, `${control}${id as string}`);
  }
}

/** A scripted URL and its requests. */
export class Feed {
  readonly url: string;
  readonly #control: string;

  constructor(url: string, control: string) {
    this.url = url;
    this.#control = control;
  }

  /** The requests so far. */
  async requests(): Promise<SeenRequest[]> {
    return (await ask(this.#control)) as SeenRequest[];
  }

  /** The number of events of a flood that the server has sent. */
  async sent(): Promise<number> {
    return (await ask(`${this.#control}/sent`)) as number;
  }

  /** Waits until the `n`-th request (from 1) has arrived and its connection is closed. */
  async gone(n: number): Promise<void> {
    if ((await ask(`${this.#control}/gone/${n}`)) !== true) {
      throw new Error(`the connection of request ${n} is still open at the server`);
    }
  }
}

/** A scripted WebSocket URL and its connections. */
export class SocketFeed {
  readonly url: string;
  readonly #control: string;

  constructor(url: string, control: string) {
    this.url = url;
    this.#control = control;
  }

  /** The connections so far. */
  async connections(): Promise<SeenSocket[]> {
    return (await ask(this.#control)) as SeenSocket[];
  }

  /** The `n`-th connection (from 1), once it came and `messages` messages of the client did. */
  async received(n: number, messages = 0): Promise<SeenSocket> {
    const seen = await ask(`${this.#control}/received/${n}/${messages}`);
    if (seen === null) throw new Error(`the server did not see ${messages} messages of connection ${n}`);
    return seen as SeenSocket;
  }

  /** Waits until the `n`-th connection (from 1) has come and is closed; returns it. */
  async gone(n: number): Promise<SeenSocket> {
    const seen = await ask(`${this.#control}/gone/${n}`);
    if (seen === null) throw new Error(`the connection ${n} is still open at the server`);
    return seen as SeenSocket;
  }
}

/** Sends a control request to the server, without the code under test. */
async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
