import { SseConnection } from "hpx-transport/sse";

// A pino logger and console can be passed directly; this logger prints two levels.
const silent = (): void => {};
const print = (fields: object, message: string): void => console.log(message, JSON.stringify(fields));
const logger = { debug: silent, info: print, warn: print, error: print };

for await (const { data } of SseConnection.open({ url: "https://example.com/events", logger })) console.log(data);
