// What seals the secrets of webhooks at rest; given by whoever starts the process.

export type Cipher = {
  seal(text: string, purpose: string): Buffer;
  open(octets: Buffer, purpose: string): string;
};

export const secretPurpose = "webhook-secret";
