import type { UndiciDispatchHandler, UndiciDispatchOptions } from "../dispatcher.js";
import { proxyRefusal } from "../dial/proxy-failure.js";
import type { Proxy } from "../dial/proxy-options.js";
import type { Wire } from "./connection.js";

/** A plain http request over a connection to `proxy`: it names the whole URL (RFC 9112 section 3.2.2). */
export function overProxy(proxy: Proxy, wire: Wire): Wire {
  return {
    dispatch: (options, handler) => {
      wire.dispatch(inAbsoluteForm(options, proxy), refusalsAsErrors(handler, proxy));
    },
    release: () => {
      wire.release();
    },
    get failure() {
      return wire.failure;
    },
  };
}

function inAbsoluteForm(options: UndiciDispatchOptions, { authorization }: Proxy): UndiciDispatchOptions {
  const headers = [...options.headers];
  if (authorization !== undefined) headers.push("Proxy-Authorization", authorization);
  return { ...options, path: options.origin + options.path, headers };
}

/** Only a proxy answers 407; any other status may be the server's. */
function refusalsAsErrors(handler: UndiciDispatchHandler, proxy: Proxy): UndiciDispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart(controller, context),
    onResponseStart: (controller, status, headers) => {
      if (status === 407) handler.onResponseError(controller, proxyRefusal(proxy, status));
      else handler.onResponseStart(controller, status, headers);
    },
    onResponseData: (controller, chunk) => handler.onResponseData(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError(controller, error),
  };
}
