/** No trusted authority signed the certificate. */
const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED|INVALID_CA)/;
/** Every refusal of a certificate, by the codes of OpenSSL and Node. */
const CERTIFICATE =
  /^(?:CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
/** The server's alert when it wants a certificate of ours; TLS 1.2 knows only that the handshake failed. */
const CLIENT_MISSING = /^ERR_SSL_\S+_ALERT_(?:CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)$/;
/** The server's alerts when it refuses our certificate. The part before ALERT differs between versions of OpenSSL. */
const CLIENT_REFUSED =
  /^ERR_SSL_\S+_ALERT_(?:(?:BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/;

/** Whether a certificate, the server's or ours, was refused: nothing was sent, and trying again does not help. */
export function isCertificateFailure(code: string): boolean {
  return CERTIFICATE.test(code) || isClientCertificateFailure(code);
}

/** Whether the server's alert refused the client's certificate, or that there was none. */
export function isClientCertificateFailure(code: string): boolean {
  return CLIENT_MISSING.test(code) || CLIENT_REFUSED.test(code);
}

/** The same error, saying what to do: `name` is the server's, `field` the option that configures TLS with it. */
export function explainTls(error: Error, { name, field }: { name: string; field: string }): Error {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const hint = hintFor(code, name, field);
  if (hint === undefined) return error;
  // OpenSSL puts a short reason beside a message for its own developers.
  const reason = "reason" in error && !CERTIFICATE.test(code) ? String(error.reason) : error.message;
  // A new error also because Node's holds the whole certificate chain.
  return Object.assign(new Error(`${reason}: ${hint}`), { code });
}

function hintFor(code: string, name: string, field: string): string | undefined {
  if (UNTRUSTED.test(code)) {
    return `the certificate of ${name} is not signed by a trusted authority; give its certificate authority as ${field}.ca`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the certificate is not for ${name}; use a name that it holds in the URL, or give one as ${field}.servername`;
  }
  if (code === "CERT_HAS_EXPIRED") return `${name} needs a new certificate, unless this machine's clock is wrong`;
  if (code === "CERT_NOT_YET_VALID") return `this machine's clock is wrong, or the certificate of ${name} is for later`;
  if (CLIENT_MISSING.test(code)) {
    const certain = code.includes("REQUIRED") ? "asks" : "may be asking";
    return `${name} ${certain} for a client certificate; give one as ${field}.cert and ${field}.key`;
  }
  if (CLIENT_REFUSED.test(code)) return `${name} does not accept the client certificate (${field}.cert)`;
  return undefined;
}
