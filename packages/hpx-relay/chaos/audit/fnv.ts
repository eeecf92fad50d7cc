const PRIME = 0x100000001b3n;
const OFFSET = 0xcbf29ce484222325n;
const MASK = (1n << 64n) - 1n;

/** FNV-1a with 64 bits over the type, a line feed and the data, written from its description and not from the relay's code. */
export function fnvOf(event: string, data: string): string {
  let hash = OFFSET;
  for (const byte of Buffer.from(`${event}\n${data}`)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash.toString(16).padStart(16, "0");
}
