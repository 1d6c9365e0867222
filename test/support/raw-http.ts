import { request } from 'node:http';
import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface RawRequest {
  method?: string;
  /** Goes on the wire as it is: fetch would tidy it up. */
  path: string;
  /** Name, value, name, value: the same name may come twice. */
  headers?: string[];
  body?: string;
}

/** A request that fetch would refuse to send: repeated headers, a Host of one's own, odd paths. */
export function sendRaw(
  origin: string,
  { method = 'POST', path, headers = [], body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin);
  const all = [...headers];
  const has = (name: string) => all.some((entry, index) => index % 2 === 0 && entry.toLowerCase() === name);
  if (!has('host')) all.push('Host', host);
  if (body !== undefined && !has('content-length'))
    all.push('Content-Length', String(Buffer.byteLength(body)));
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, headers: all, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Bytes as an attacker types them, for what no HTTP client lets through. Resolves when the server hangs up. */
export function sendBytes(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
