import type { WellKnownNames } from "../../checks/option-names.js";

/** Options of other WebSocket clients (ws, reconnecting-websocket, partysocket, graphql-ws, websocket), and what they are here. */
export const WELL_KNOWN_NAMES: WellKnownNames = [
  [/^(ping|heartbeat|keepalive)(interval|ms|frequency)?$/i, "pingInterval"],
  [/^(pong|heartbeat)timeout/i, "pongTimeout"],
  [/^(max_?payload|maxpayload|maxreceivedmessagesize)/i, "maxMessageSize"],
  [/^permessagedeflate$|^deflate$/i, "compression"],
  [/^(sub)?protocols?$/i, "protocols"],
  [/^(connection|open|request)?timeouts?(ms|millis)?$/i, "connectTimeout, handshakeTimeout or openTimeout"],
  [/retr(y|ies)|backoff|reconnect|delay/i, "reconnect: { initialDelay, maxDelay, factor, jitter, maxAttempts }"],
  [/^(connectionparams|token|apikey|bearer|username|password)$/i, "auth, or the handler's authenticate()"],
  [/^(websocket|websocketimpl|websocketctor)$/i, "socket"],
  [
    /agent$|^(proxy|tls|https|ca|cert|key|rejectunauthorized|createconnection)$/i,
    "client: new NodeClient({ proxy, tls, ... }), of hpx-transport/http",
  ],
  [/^on(message|event)$/i, "for await (const message of connection)"],
  [/^on\w+$/i, "a hook of handler, such as handler: { onConnect() {}, onDisconnect(error) {} }"],
  [/^(httpclient|adapter|transport)$/i, "client"],
  [/^(highwatermark|maxenqueuedmessages)$/i, "eventCapacity, bufferSize or sendBufferSize"],
];
