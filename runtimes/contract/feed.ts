import type { FeedReply, SeenRequest, Setting } from "./protocol.js";

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

/** Sends a control request to the server, without the code under test. */
async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
