import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(" ");

/** A certificate with its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority made for the test; openssl does the work. */
export interface Authority {
  /** Its own certificate: what a client trusts. */
  readonly ca: string;
  /** That certificate, with its key. */
  readonly self: Identity;
  /** A certificate for `subjectAltName` that is valid for `days` days; negative ones are over. */
  issue(options?: { subjectAltName?: string; days?: number; commonName?: string }): Identity;
}

export function makeAuthority(): Authority {
  const self = inDirectory((openssl, read) => {
    openssl("req", "-x509", ...NEW_KEY, "-days", "2", "-subj", "/CN=Test CA", "-keyout", "key", "-out", "cert");
    return { cert: read("cert"), key: read("key") };
  });
  return {
    ca: self.cert,
    self,
    issue: ({ subjectAltName = "IP:127.0.0.1,DNS:localhost", days = 2, commonName = "test" } = {}) =>
      inDirectory((openssl, read, write) => {
        write("ca", self.cert);
        write("ca.key", self.key);
        write("extensions", `subjectAltName=${subjectAltName}`);
        openssl("req", ...NEW_KEY, "-subj", `/CN=${commonName}`, "-keyout", "key", "-out", "request");
        const issuer = ["-CA", "ca", "-CAkey", "ca.key", "-CAcreateserial"];
        const contents = ["-days", String(days), "-extfile", "extensions"];
        openssl("x509", "-req", "-in", "request", ...issuer, ...contents, "-out", "cert");
        return { cert: read("cert"), key: read("key") };
      }),
  };
}

/** The same key, encrypted. */
export function encryptKey(key: string, passphrase: string): string {
  return inDirectory((openssl, read, write) => {
    write("key", key);
    openssl("pkcs8", "-topk8", "-in", "key", "-passout", `pass:${passphrase}`, "-out", "encrypted");
    return read("encrypted");
  });
}

type Read = (file: string) => string;
type Write = (file: string, text: string) => void;

function inDirectory<T>(work: (openssl: (...args: string[]) => void, read: Read, write: Write) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "hpx-"));
  try {
    return work(
      (...args) => {
        execFileSync("openssl", args, { cwd: directory, stdio: "ignore" });
      },
      (file) => readFileSync(join(directory, file), "utf8"),
      (file, text) => {
        writeFileSync(join(directory, file), text);
      },
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}
