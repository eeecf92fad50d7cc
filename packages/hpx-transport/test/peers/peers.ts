import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import { createEventSource } from "eventsource-client";
import { EventSource as UndiciEventSource } from "undici";

/** What a peer did, as far as it tells. */
export interface Seen {
  readonly events: string[];
  /** Errors and announced reconnects. */
  failures: number;
  /** It will not connect again. */
  over: boolean;
}

export interface Peer {
  readonly name: string;
  /** Whether it can send a header of the caller's. */
  readonly sendsHeaders: boolean;
  /** Follows `url` until `close` is called; `onEvent` hears of each event's data. */
  open(
    url: string,
    options?: { headers?: Record<string, string>; onEvent?: (data: string, close: () => void) => void },
  ): { readonly seen: Seen; close(): void };
}

const newSeen = (): Seen => ({ events: [], failures: 0, over: false });

/** The interface of the standard, in whichever implementation. */
function standard(source: globalThis.EventSource, onEvent?: (data: string, close: () => void) => void) {
  const seen = newSeen();
  const close = (): void => source.close();
  source.addEventListener("message", ({ data }) => {
    seen.events.push(String(data));
    onEvent?.(String(data), close);
  });
  source.addEventListener("error", () => {
    seen.failures += 1;
    seen.over = source.readyState === 2;
  });
  return { seen, close };
}

/** The peers in the versions of package.json, each used as its documentation says. */
export const peers: readonly Peer[] = [
  {
    name: "eventsource",
    sendsHeaders: true,
    open: (url, { headers = {}, onEvent } = {}) => {
      const source = new EventSource(url, {
        fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
      });
      return standard(source, onEvent);
    },
  },
  {
    name: "eventsource-client",
    sendsHeaders: true,
    open: (url, { headers = {}, onEvent } = {}) => {
      const seen = newSeen();
      const close = (): void => client.close();
      const client = createEventSource({
        url,
        headers,
        onMessage: ({ data }) => {
          seen.events.push(data);
          onEvent?.(data, close);
        },
        onScheduleReconnect: () => (seen.failures += 1),
      });
      return { seen, close };
    },
  },
  {
    name: "fetch-event-source",
    sendsHeaders: true,
    open: (url, { headers = {}, onEvent } = {}) => {
      // It takes a browser for granted.
      Object.assign(globalThis, { window: globalThis, document: { removeEventListener: () => {} } });
      const seen = newSeen();
      const cancel = new AbortController();
      const close = (): void => cancel.abort();
      const ended = fetchEventSource(url, {
        headers,
        openWhenHidden: true,
        signal: cancel.signal,
        onmessage: ({ data }) => {
          seen.events.push(data);
          onEvent?.(data, close);
        },
        onerror: () => void (seen.failures += 1),
      });
      void ended.then(() => (seen.over = true));
      return { seen, close };
    },
  },
  {
    name: "undici's EventSource",
    sendsHeaders: false,
    open: (url, { onEvent } = {}) => standard(new UndiciEventSource(url) as unknown as globalThis.EventSource, onEvent),
  },
];
