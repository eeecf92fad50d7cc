import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Nginx } from "./nginx.js";
import { startRedis } from "./redis.js";

/** A third party's event server: nginx with nchan. */
export interface Nchan {
  readonly nginx: Nginx;
  /** The stream, from the oldest message on; 503 to whoever comes while it is closed. */
  readonly events: string;
  /**
   * Lets subscribers in, or not. Keep them out over a restart: who comes before Redis is connected is never told
   * anything by nchan 1.3.6.
   */
  admit(subscribers: boolean): void;
  /** Publishes a message; nchan gives it an id. */
  publish(data: string, event?: string): Promise<void>;
}

/** Its messages are in a Redis of its own and so outlive nginx. `extra`: directives for the subscribers' location. */
export async function startNchan(extra = ""): Promise<Nchan> {
  const redis = await startRedis();
  const nginx = await Nginx.start({
    ready: "nchan: Redis upstream messages: ready",
    http: `upstream messages { nchan_redis_server redis://127.0.0.1:${redis}; }`,
    server: `
      location = /publish {
        nchan_publisher;
        nchan_channel_id numbers;
        nchan_message_buffer_length 10000;
        nchan_redis_pass messages;
      }
      location = /events {
        if (!-f $document_root/open) { return 503; }
        nchan_subscriber eventsource;
        nchan_channel_id numbers;
        nchan_subscriber_first_message oldest;
        nchan_redis_pass messages;
        ${extra}
      }`,
  });
  const admit = (subscribers: boolean): void => {
    const file = join(nginx.folder, "open");
    if (subscribers) writeFileSync(file, "");
    else rmSync(file);
  };
  admit(true);
  return { nginx, events: `${nginx.url}/events`, admit, publish: (data, event) => publish(nginx, data, event) };
}

async function publish(nginx: Nginx, data: string, event: string | undefined): Promise<void> {
  // A connection that is kept alive may be closed by a reload just as it is used.
  const headers: Record<string, string> = { connection: "close" };
  if (event !== undefined) headers["x-eventsource-event"] = event;
  const response = await fetch(`${nginx.url}/publish`, { method: "POST", body: data, headers });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`publishing ${data} was answered with ${response.status}`);
}
