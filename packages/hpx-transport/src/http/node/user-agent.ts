/**
 * The `User-Agent` of every request that has none of the caller's: services such as Wikimedia's refuse a request without
 * one. The version is that of `package.json`, which must not be read at run time: bundles do not have it. A test compares
 * the two.
 */
export const USER_AGENT = "hpx-transport/0.1.0";
