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

/** The port answers with something else than TLS; OpenSSL reads its first bytes as a record and says what it misses. */
const NO_TLS =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|UNKNOWN_PROTOCOL|HTTP_REQUEST)$/;
/** The server's alert when it takes none of the protocols that were offered (ALPN). */
const NO_COMMON_PROTOCOL = /^ERR_SSL_\S+_ALERT_NO_APPLICATION_PROTOCOL$/;
/** Nothing in common among the versions of TLS. */
const NO_COMMON_VERSION = /^ERR_SSL_(?:\S+_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE)$/;

/** Whether the other side speaks no TLS, or nothing in it that was offered. */
export function isTlsMismatch(code: string): boolean {
  return NO_TLS.test(code) || NO_COMMON_PROTOCOL.test(code) || NO_COMMON_VERSION.test(code);
}

/** Whether a certificate, the server's or ours, was refused: nothing was sent, and trying again does not help. */
export function isCertificateFailure(code: string): boolean {
  return CERTIFICATE.test(code) || isClientCertificateFailure(code);
}

/** Whether the server's alert refused the client's certificate, or that there was none. */
export function isClientCertificateFailure(code: string): boolean {
  return CLIENT_MISSING.test(code) || CLIENT_REFUSED.test(code);
}

/** What a failure of TLS is explained with. */
export interface TlsContext {
  /** The server's name. */
  readonly name: string;
  /** The option that configures TLS with it. */
  readonly field: string;
  /** The protocols that were offered. */
  readonly alpn?: readonly string[] | undefined;
}

/** The same error, saying what to do. */
export function explainTls(error: Error, context: TlsContext): Error {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const hint = hintFor(code, context);
  if (hint === undefined) return error;
  // OpenSSL puts a short reason beside a message for its own developers.
  const reason = "reason" in error && !CERTIFICATE.test(code) ? String(error.reason) : error.message;
  // A new error also because Node's holds the whole certificate chain.
  return Object.assign(new Error(`${reason}: ${hint}`), { code });
}

function hintFor(code: string, { name, field, alpn }: TlsContext): string | undefined {
  if (NO_TLS.test(code)) return `this port of ${name} speaks no TLS; use http: in the URL, or the port for https`;
  if (NO_COMMON_PROTOCOL.test(code)) {
    return alpn?.includes("h2") === true
      ? `${name} takes neither HTTP/2 nor HTTP/1.1`
      : `${name} takes no HTTP/1.1; it may take HTTP/2, which http2: true offers`;
  }
  if (NO_COMMON_VERSION.test(code)) return `${name} speaks no version of TLS that Node does (1.2 and 1.3)`;
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
