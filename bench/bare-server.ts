import { createHmac, hkdfSync, sign, createPrivateKey, randomUUID, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

/**
 * The limit that Signet is compared with: node:http, the same SQL, the same tokens, and nothing else. It verifies a token
 * once and remembers it, reads the session, the user and the permissions by one prepared statement, and rotates a session
 * by one UPDATE and two signatures.
 */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const refreshKey = Buffer.from(
  hkdfSync('sha256', process.env['SIGNET_SECRET']!, '', 'signet/refresh-token/v1', 32),
);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKey = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const verified = new Map<string, { sub: string; sid: string }>();

const VIEWER = {
  name: 'viewer',
  text: `SELECT u.id, u.name, e.email, s.id AS sid, ARRAY(SELECT g.permission FROM permission_grants g
           WHERE g.user_id = u.id AND (g.expires_at IS NULL OR g.expires_at > $3) ORDER BY g.permission) AS permissions
         FROM users u LEFT JOIN user_emails e ON e.user_id = u.id
         LEFT JOIN sessions s ON s.id = $2 AND s.user_id = u.id AND s.ended_at IS NULL AND s.idle_expires_at > $3
         WHERE u.id = $1`,
};
const ROTATE = {
  name: 'rotate',
  text: `UPDATE sessions SET refresh_generation = refresh_generation + 1, refreshed_at = $3,
           idle_expires_at = least($3 + interval '7 days', absolute_expires_at)
         WHERE id = $1 AND refresh_generation = $2 AND ended_at IS NULL AND idle_expires_at > $3
         RETURNING user_id, refresh_generation, refreshed_at, idle_expires_at`,
};

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

async function viewer(request: IncomingMessage): Promise<object> {
  const token = request.headers.authorization!.slice(7);
  let claims = verified.get(token);
  if (!claims) verified.set(token, (claims = payloadOf(token) as { sub: string; sid: string }));
  const { rows } = await pool.query({ ...VIEWER, values: [claims.sub, claims.sid, new Date()] });
  const { sid: _session, permissions, ...user } = rows[0];
  return { data: { viewer: { ...user, permissions: permissions.map((name: string) => ({ name })) } } };
}

async function refresh(body: string): Promise<object> {
  const token = JSON.parse(body).variables.input.refreshToken as string;
  const { sid, gen, iss } = payloadOf(token);
  const [header, payload, signature] = token.split('.');
  const expected = createHmac('sha256', refreshKey).update(`${header}.${payload}`).digest('base64url');
  if (signature !== expected) throw new Error('forged');
  const { rows } = await pool.query({ ...ROTATE, values: [sid, gen, new Date()] });
  const row = rows[0];
  const iat = Math.floor(row.refreshed_at.getTime() / 1000);
  const next = `${header}.${part({ sid, gen: row.refresh_generation, iss, iat, exp: Math.floor(row.idle_expires_at.getTime() / 1000) })}`;
  const access = `${part({ alg: 'ES256', typ: 'at+jwt' })}.${part({ iss, sub: row.user_id, sid, iat, exp: iat + 300, jti: randomUUID(), scope: '' })}`;
  const accessSignature = sign('sha256', Buffer.from(access), {
    key: signingKey,
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url');
  const tokens = {
    accessToken: `${access}.${accessSignature}`,
    refreshToken: `${next}.${createHmac('sha256', refreshKey).update(next).digest('base64url')}`,
  };
  return { data: { refresh: { tokens } } };
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const work = request.url === '/viewer' ? viewer(request) : refresh(body);
    work.then(
      (answer) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
