// Octets as RFC 4648 base 32 without padding: how authenticator apps take a secret.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const toBase32 = (octets: Uint8Array): string => {
  let [text, held, bits] = ["", 0, 0];
  for (const octet of octets) {
    held = (held << 8) | octet;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
    held &= 2 ** bits - 1;
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
};
