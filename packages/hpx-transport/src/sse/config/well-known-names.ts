import type { WellKnownNames } from "../../checks/option-names.js";

/** Options of other clients (EventSource packages, fetch, undici, axios, got, ky), and what they are here. */
export const WELL_KNOWN_NAMES: WellKnownNames = [
  [/^(heartbeat|read|body|socket)(timeout|interval)/i, "idleTimeout"],
  [/^(headers?|response)timeout/i, "responseTimeout"],
  [/^(request)?timeouts?(ms|millis)?$/i, "connectTimeout, responseTimeout, openTimeout, idleTimeout or eventTimeout"],
  [/retr(y|ies)|backoff|reconnect/i, "reconnect: { initialDelay, maxDelay, factor, jitter, maxAttempts }"],
  [/lasteventid$/i, "lastEventId"],
  [/^(json|data|payload)$/i, "body: JSON.stringify(value), with a Content-Type in headers"],
  [/^(params|query|searchparams)$/i, "the query of the url"],
  [/^(with)?credentials$/i, 'client: new FetchClient({ credentials: "include" }), of hpx-transport/http'],
  [/^(token|apikey|bearer|username|password)$/i, "auth, such as new BearerAuth(token)"],
  [/^dispatcher$/i, "client: new DispatcherClient(dispatcher), of hpx-transport/http"],
  [
    /agent$|^(proxy|tls|https|ca|cert|key|http2|socketpath|rejectunauthorized|keepalive)$/i,
    "client: new NodeClient({ proxy, tls, http2, ... }), of hpx-transport/http",
  ],
  [/^on(message|event)$/i, "for await (const event of connection)"],
  [/^on\w+$/i, "a hook of handler, such as handler: { onConnect() {}, onDisconnect(error) {} }"],
  [/^(httpclient|adapter|transport)$/i, "client"],
  [/^highwatermark$/i, "eventCapacity or bufferSize"],
];
