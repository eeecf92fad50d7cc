// The built site on a port of its own, and a browser, for all tests of a file.
import { afterAll, beforeAll } from "vitest";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

/** Serves `folder` and starts a browser before the tests; `url` and `browser` of the result are there while they run. */
export function openSite(folder) {
  let server;
  const site = {
    browser: undefined,
    get url() {
      return server.url;
    },
  };
  beforeAll(async () => {
    server = await serve(folder);
    site.browser = await launch();
  });
  afterAll(async () => {
    await site.browser?.close();
    await server?.close();
  });
  return site;
}
