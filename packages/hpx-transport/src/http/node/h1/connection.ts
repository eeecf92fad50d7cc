import type { Socket } from "node:net";
import type { HttpRequest } from "../../client.js";
import { codeOf } from "../../failure.js";
import { appendField, bytesOfBody, type ChannelEvents, type RequestChannel } from "../channel.js";
import type { ByteReceiver, DialCallback, PendingSocket, ReceiverSlot } from "../dial/dial.js";
import { proxyRefusal } from "../dial/failures.js";
import type { Proxy } from "../dial/proxy-options.js";
import { cutShort, Http1Body } from "./body.js";
import { framingOf } from "./framing.js";
import { HeadReader, type ResponseHead } from "./head.js";
import { writeHead } from "./request.js";
import { Upload } from "./upload.js";

/** Opens the connection; what it brings goes to the slot's receiver. */
export type DialHttp1 = (dialed: DialCallback, slot: ReceiverSlot) => PendingSocket;

/** A request whose bytes are ready. */
interface Outgoing {
  readonly method: string;
  readonly head: string;
  readonly body: Uint8Array | undefined;
  readonly exchange: ChannelEvents;
}

/**
 * One HTTP/1.1 connection for one request and its response. Nothing is pooled and nothing is sent behind the request, so
 * no response can be taken for the response to another request; the leniency in reading heads and framing rests on that.
 *
 * It sends, and reads the head. Then the slot's receiver is the body, and nothing of the request and the head is left: a
 * stream may be quiet for months.
 */
export class Http1Connection implements RequestChannel, ByteReceiver {
  #dial: DialHttp1 | undefined;
  /** The proxy that a plain http request goes through, by a target that names the whole URL. */
  readonly #proxy: Proxy | undefined;
  readonly #slot: ReceiverSlot = { receiver: this };
  #reader: HeadReader | undefined = new HeadReader();
  #outgoing: Outgoing | undefined;
  #pending: PendingSocket | undefined;
  #socket: Socket | undefined;
  #upload: Upload | undefined;

  constructor(dial: DialHttp1, proxy: Proxy | undefined) {
    this.#dial = dial;
    this.#proxy = proxy;
  }

  send(request: HttpRequest, exchange: ChannelEvents): void {
    const body = bytesOfBody(request.body);
    this.#outgoing = { method: request.method, head: headOf(request, body?.length, this.#proxy), body, exchange };
    this.#pending = this.#dial?.((error, socket) => this.#start(error, socket), this.#slot);
    this.#dial = undefined;
  }

  close(): void {
    this.#outgoing = undefined;
    this.#upload?.stop();
    this.#pending?.destroy();
  }

  onBytes(bytes: Uint8Array): void {
    const reader = this.#reader;
    if (this.#outgoing === undefined || reader === undefined) return;
    try {
      const head = reader.read(bytes);
      if (head !== undefined) this.#receive(head, reader.rest, this.#outgoing);
    } catch (error) {
      if (codeOf(error) !== "ERR_HTTP_HEAD") throw error;
      this.#fail(error as Error);
    }
  }

  onEnd(): void {
    this.#fail(cutShort(null));
  }

  onClose(): void {
    this.#fail(cutShort(this.#socket?.errored ?? null));
  }

  #start(error: Error | null, socket: Socket | null): void {
    const outgoing = this.#outgoing;
    if (outgoing === undefined) return;
    if (socket === null || socket.destroyed) {
      this.#fail(error ?? new Error("the connection was lost at once"));
      return;
    }
    this.#socket = socket;
    outgoing.exchange.onSending();
    // In one packet with the start of the body.
    socket.cork();
    socket.write(outgoing.head, "latin1");
    if (outgoing.body !== undefined) this.#upload = new Upload(socket, outgoing.body);
    socket.uncork();
  }

  #receive(head: ResponseHead, rest: Uint8Array, { method, exchange }: Outgoing): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    // Only a proxy answers 407; any other status may be the server's.
    if (this.#proxy !== undefined && head.status === 407) {
      this.#fail(proxyRefusal(this.#proxy, head));
      return;
    }
    const framing = framingOf(method, head);
    this.#outgoing = undefined;
    this.#reader = undefined;
    // A refusal makes the rest of the request worthless; with any other status the server may want it.
    if (head.status >= 400) this.#upload?.stop();
    socket.pause();
    // Copied: the rest lies in the buffer that the next read overwrites.
    const body = new Http1Body(socket, framing, new Uint8Array(rest), () => exchange.onOver());
    this.#slot.receiver = body;
    const headers = new Headers();
    for (const [name, value] of head.fields) appendField(headers, name, value);
    exchange.onResponse(head.status, headers, body, head.statusText);
  }

  #fail(error: Error): void {
    const exchange = this.#outgoing?.exchange;
    this.close();
    exchange?.onError(error);
  }
}

function headOf(request: HttpRequest, bodyLength: number | undefined, proxy: Proxy | undefined): string {
  const { method, url } = request;
  const path = url.pathname + url.search;
  const headers = [...request.headers];
  if (proxy?.authorization !== undefined) headers.push(["Proxy-Authorization", proxy.authorization]);
  const target = proxy === undefined ? path : url.origin + path;
  return writeHead({ method, target, host: url.host, headers, bodyLength });
}
