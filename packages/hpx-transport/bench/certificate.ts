import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The files of a certificate for 127.0.0.1 that lasts a day. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly folder: string;
}

/** Makes one, with openssl. Processes trust it by `NODE_EXTRA_CA_CERTS`: no client needs an option for it. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
  const names = ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", ["req", "-x509", "-days", "1", ...newKey, ...names, "-out", cert], { stdio: "ignore" });
  return { cert, key, folder };
}
