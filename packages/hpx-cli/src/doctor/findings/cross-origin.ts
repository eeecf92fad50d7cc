import { type Check, error, ok } from "./check.js";

/** Whether a page of `--origin` may read it. */
export const crossOrigin: Check = {
  name: "CORS",
  judge({ origin, first: { head } }) {
    if (head === undefined) return [];
    const allowed = head.headers.get("access-control-allow-origin");
    const credentials = head.headers.get("access-control-allow-credentials") === "true";
    if (allowed === "*" && credentials) {
      return [
        error(
          "It allows every origin (*) with credentials, which browsers refuse.",
          "Name the origin of the request in Access-Control-Allow-Origin.",
        ),
      ];
    }
    if (origin === undefined) return [];
    if (allowed === "*" || allowed === origin) return ok(`pages of ${origin} may read it`);
    const says = allowed === null ? "says nothing of other origins" : `allows ${allowed} only`;
    return [
      error(
        `It ${says}: browsers keep it from pages of ${origin}.`,
        `Send \`Access-Control-Allow-Origin: ${origin}\`.`,
      ),
    ];
  },
};
