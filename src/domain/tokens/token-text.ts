/**
 * Whether a text is a JWT in its only spelling: three parts of canonical base64url, and JSON as
 * `JSON.stringify` writes it. White space, escapes and duplicate members let two readers see two
 * tokens in one text, and another text of the same token would be another token to whoever remembers
 * texts. Signet makes no others.
 */
export function isCanonical(token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3) return false;
  const [header, claims, signature] = parts as [string, string, string];
  return (
    isCanonicalJson(header) &&
    isCanonicalJson(claims) &&
    signature !== '' &&
    reencode(signature) === signature
  );
}

function isCanonicalJson(part: string): boolean {
  try {
    const json = JSON.stringify(JSON.parse(Buffer.from(part, 'base64url').toString()));
    return Buffer.from(json).toString('base64url') === part;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function reencode(part: string): string {
  return Buffer.from(part, 'base64url').toString('base64url');
}
