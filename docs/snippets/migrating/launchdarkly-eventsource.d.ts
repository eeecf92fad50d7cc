/** The package has no types. These are the parts that the page uses, from its README. */
declare module "launchdarkly-eventsource" {
  interface Options {
    headers?: Record<string, string>;
    initialRetryDelayMillis?: number;
    maxBackoffMillis?: number;
    retryResetIntervalMillis?: number;
    jitterRatio?: number;
    readTimeoutMillis?: number;
    errorFilter?: (error: { status?: number }) => boolean;
    https?: { rejectUnauthorized?: boolean };
  }

  export class EventSource {
    constructor(url: string, options?: Options);
    addEventListener(type: "retrying", listener: (event: { delayMillis: number }) => void): void;
    addEventListener(type: string, listener: (event: { data: string; lastEventId: string }) => void): void;
    close(): void;
  }
}
