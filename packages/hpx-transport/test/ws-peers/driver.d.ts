/** As much of websocket-driver as the tests use. */
declare module "websocket-driver" {
  import type { Duplex, Readable } from "node:stream";

  interface CloseEvent {
    readonly code: number;
    readonly reason: string;
  }

  export interface ClientDriver {
    readonly io: Duplex;
    readonly messages: Readable;
    on(event: "open", listener: () => void): this;
    on(event: "close", listener: (event: CloseEvent) => void): this;
    on(event: "error", listener: (error: Error) => void): this;
    start(): boolean;
  }

  const driver: { client(url: string, options?: { maxLength?: number }): ClientDriver };
  export default driver;
}
