export type { UndiciClientOptions, UndiciDispatcher } from "./dispatcher.js";
export { FetchClient, type FetchClientOptions } from "./fetch-client.js";
export type { BodyConsumer, HttpBody, HttpClient, HttpRequest, HttpResponse } from "./http-client.js";
export { UndiciClient } from "./undici-client.js";
