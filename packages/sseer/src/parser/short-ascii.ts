/** The longest text that `shortAscii` makes. */
export const SHORT_ASCII = 24;

/** `String`, for bytes of which the compiler does not know that they are there. */
interface FromCharCode {
  fromCharCode(...units: (number | undefined)[]): string;
}

/**
 * The ASCII text of the bytes from `at` to `end`, which are at most `SHORT_ASCII`.
 *
 * It takes 8 ns and 1 more for each byte, where a call that decodes takes 40. With `apply`, a spread, or a function that
 * reads a byte in place of plain arguments, the gain is lost.
 */
// oxfmt-ignore
export function shortAscii(bytes: Uint8Array, at: number, end: number): string {
  switch (end - at) {
    case 0:
      return "";
    case 1:
      return (String as FromCharCode).fromCharCode(bytes[at]);
    case 2:
      return (String as FromCharCode).fromCharCode(bytes[at], bytes[at + 1]);
    case 3:
      return (String as FromCharCode).fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2]);
    case 4:
      return (String as FromCharCode).fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
    case 5:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4],
      );
    case 6:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5],
      );
    case 7:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6],
      );
    case 8:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
      );
    case 9:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8],
      );
    case 10:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9],
      );
    case 11:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10],
      );
    case 12:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11],
      );
    case 13:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12],
      );
    case 14:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13],
      );
    case 15:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14],
      );
    case 16:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
      );
    case 17:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16],
      );
    case 18:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17],
      );
    case 19:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17], bytes[at + 18],
      );
    case 20:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17], bytes[at + 18], bytes[at + 19],
      );
    case 21:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17], bytes[at + 18], bytes[at + 19], bytes[at + 20],
      );
    case 22:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17], bytes[at + 18], bytes[at + 19], bytes[at + 20], bytes[at + 21],
      );
    case 23:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17], bytes[at + 18], bytes[at + 19], bytes[at + 20], bytes[at + 21], bytes[at + 22],
      );
    default:
      return (String as FromCharCode).fromCharCode(
        bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7],
        bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 14], bytes[at + 15],
        bytes[at + 16], bytes[at + 17], bytes[at + 18], bytes[at + 19], bytes[at + 20], bytes[at + 21], bytes[at + 22], bytes[at + 23],
      );
  }
}
