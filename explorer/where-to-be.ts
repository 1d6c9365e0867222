/** Whether this page is open where the refresh cookie works: at the address that Signet calls its own. */
export type Place =
  | { kind: 'right' }
  /** Another name of the same computer. */
  | { kind: 'moved'; address: string }
  /** Somewhere else: it works if SIGNET_ALLOWED_ORIGINS has this origin, which only the server knows. */
  | { kind: 'elsewhere'; address: string };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export function whereToBe(): Place {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="signet-issuer"]');
  if (!meta || !URL.canParse(meta.content)) return { kind: 'right' };
  const issuer = new URL(meta.content);
  if (issuer.origin === location.origin) return { kind: 'right' };
  const address = `${issuer.href.replace(/\/$/, '')}/explorer`;
  const sameComputer = LOOPBACK.has(issuer.hostname) && LOOPBACK.has(location.hostname);
  const samePort = issuer.port === location.port && issuer.protocol === location.protocol;
  return { kind: sameComputer && samePort ? 'moved' : 'elsewhere', address };
}
