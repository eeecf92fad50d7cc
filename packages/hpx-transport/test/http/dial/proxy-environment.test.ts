import { describe, expect, test } from "vitest";
import { environmentProxy } from "../../../src/http/node/dial/proxy-environment.js";

const PLAIN = new URL("http://feed.example:8080/");
const SECURE = new URL("https://feed.example/");

describe("which variable names the proxy", () => {
  test.each<[string, URL, Record<string, string>, string | undefined]>([
    ["none", SECURE, {}, undefined],
    ["http_proxy is for http", PLAIN, { http_proxy: "a", https_proxy: "b" }, "http_proxy=a"],
    ["https_proxy is for https", SECURE, { http_proxy: "a", https_proxy: "b" }, "https_proxy=b"],
    ["capitals", SECURE, { HTTPS_PROXY: "b" }, "HTTPS_PROXY=b"],
    ["small letters win", SECURE, { HTTPS_PROXY: "b", https_proxy: "c" }, "https_proxy=c"],
    ["small letters win, empty too", SECURE, { HTTPS_PROXY: "b", https_proxy: "" }, undefined],
    ["blanks are none", SECURE, { https_proxy: " " }, undefined],
    ["HTTP_PROXY of a CGI request is forged", PLAIN, { HTTP_PROXY: "a", REQUEST_METHOD: "GET" }, undefined],
    ["and all_proxy is for it then", PLAIN, { HTTP_PROXY: "a", REQUEST_METHOD: "GET", all_proxy: "c" }, "all_proxy=c"],
    ["all_proxy is for both", PLAIN, { all_proxy: "c" }, "all_proxy=c"],
    ["all_proxy is for both", SECURE, { all_proxy: "c", ALL_PROXY: "d" }, "all_proxy=c"],
    ["ALL_PROXY too", SECURE, { ALL_PROXY: "d" }, "ALL_PROXY=d"],
    ["the one for the scheme wins over all_proxy", SECURE, { HTTPS_PROXY: "b", all_proxy: "c" }, "HTTPS_PROXY=b"],
    ["an empty one switches all_proxy off", SECURE, { https_proxy: "", all_proxy: "c" }, undefined],
    ["http_proxy of a CGI program is not", PLAIN, { http_proxy: "a", REQUEST_METHOD: "GET" }, "http_proxy=a"],
  ])("%s", (_name, url, env, expected) => {
    const found = environmentProxy(url, env);
    expect(found && `${found.variable}=${found.url}`).toBe(expected);
  });
});

describe("whom no_proxy exempts", () => {
  test.each<[string, string, boolean]>([
    ["*", "http://any.example", true],
    ["feed.example", "http://feed.example", true],
    ["FEED.example", "http://feed.EXAMPLE", true],
    ["feed.example", "http://feed.example.", true],
    ["feed.example", "http://a.feed.example", true],
    ["feed.example", "http://a.b.feed.example.", true],
    ["feed.example.", "http://feed.example", true],
    [".feed.example.", "http://a.feed.example", true],
    ["eed.example", "http://feed.example", false],
    [".", "http://feed.example", false],
    ["example", "http://feed.example", true],
    ["feed.example", "http://otherfeed.example", false],
    [".example", "http://feed.example", true],
    [".example", "http://a.feed.example", true],
    [".feed.example", "http://feed.example", true],
    ["*.feed.example", "http://feed.example", false],
    ["*.feed.example", "http://a.feed.example", true],
    ["*.feed.example", "http://afeed.example", false],
    ["feed.example:443", "https://feed.example", true],
    ["feed.example:443", "http://feed.example", false],
    ["feed.example:80", "http://feed.example", true],
    ["feed.example:8080", "http://feed.example:8080", true],
    ["feed.example:8080", "http://feed.example:8081", false],
    [".example:8080", "http://feed.example:8080", true],
    ["*:8080", "http://feed.example:8080", false],
    ["127.0.0.1", "http://127.0.0.1:1", true],
    ["127.0.0.1", "http://127.0.0.10:1", false],
    ["::1", "http://[::1]:1", true],
    ["[::1]", "http://[::1]:1", true],
    ["[::1]:1", "http://[::1]:1", true],
    ["[::1]:2", "http://[::1]:1", false],
    ["0:0:0::1", "http://[::1]:1", true],
    ["0.0.1", "http://127.0.0.1:1", false],
    [".0.0.1", "http://127.0.0.1:1", false],
    ["127.0.0.0/8", "http://127.9.9.9:1", true],
    ["127.0.0.0/8", "http://128.0.0.1:1", false],
    ["10.0.0.0/8", "http://ten.example", false],
    ["10.1.2.3/0", "http://9.9.9.9", true],
    ["10.0.0.0/33", "http://10.0.0.0", false],
    ["10.0.0.0/", "http://10.0.0.0", false],
    ["10.0.0.0/8/8", "http://10.0.0.0", false],
    ["192.168.0.0/16:8080", "http://192.168.1.1:8080", true],
    ["192.168.0.0/16:8080", "http://192.168.1.1", false],
    ["fe80::/10", "http://[fe90::1]", true],
    ["[fe80::]/10", "http://[fe90::1]", true],
    ["fe80::/10", "http://[ff00::1]", false],
    ["::/0", "http://127.0.0.1", false],
    ["a.example, feed.example b.example", "http://feed.example", true],
    ["a.example,,b.example", "http://feed.example", false],
    ["", "http://feed.example", false],
  ])("%j exempts %s: %s", (list, url, exempt) => {
    expect(environmentProxy(new URL(url), { http_proxy: "p", https_proxy: "p", no_proxy: list }) === undefined).toBe(
      exempt,
    );
  });

  test("the name in small letters wins, an empty one too", () => {
    const env = { https_proxy: "p", NO_PROXY: "*" };
    expect(environmentProxy(SECURE, env)).toBeUndefined();
    expect(environmentProxy(SECURE, { ...env, no_proxy: "" })).toBeDefined();
  });
});
