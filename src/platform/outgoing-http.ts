import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { OutgoingTargets } from './outgoing-targets.js';

/** From the first look for the address to the end of the answer. */
const TIMEOUT_MS = 5_000;
/** As much of an answer as says what was wrong. */
const MAX_BODY_BYTES = 4096;
const MAX_HEADER_BYTES = 16 * 1024;

/** A host that may not be called, or has no address that may; see SIGNET_OUTGOING_ALLOW. */
export class TargetRefusedError extends Error {
  readonly code = 'TARGET_REFUSED';

  constructor() {
    super('the address is not on the public internet over https, and not among those that are allowed');
    this.name = 'TargetRefusedError';
  }
}

export interface OutgoingAnswer {
  status: number;
  /** Its beginning. */
  body: string;
}

/** Sends something to an address that people registered. */
export interface OutgoingHttp {
  /**
   * Posts, and gives whatever answer comes, redirects too: they are not followed.
   * @throws TargetRefusedError, and errors of the network with a `code`
   */
  post(message: OutgoingMessage, signal?: AbortSignal): Promise<OutgoingAnswer>;
}

export interface OutgoingMessage {
  url: string;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
}

/** As `dns.lookup` with `all`, which tests replace. */
export type ResolveHost = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface OutgoingOptions {
  /** Hosts and networks beyond the public internet. */
  allow: readonly string[];
  resolve?: ResolveHost;
  timeoutMs?: number;
}

/**
 * Calls addresses that people registered without letting them reach what only we can (server-side request forgery). The
 * address is judged where the connection is made, and that very one is connected to: what the name meant at
 * registration, or means a moment later (DNS rebinding), plays no part.
 */
export function createOutgoingHttp(options: OutgoingOptions): OutgoingHttp {
  const { allow, resolve = systemLookup, timeoutMs = TIMEOUT_MS } = options;
  const targets = new OutgoingTargets(allow);

  async function post(message: OutgoingMessage, signal?: AbortSignal): Promise<OutgoingAnswer> {
    const url = new URL(message.url);
    const isSecure = url.protocol === 'https:';
    if (!isSecure && url.protocol !== 'http:') throw new TargetRefusedError();
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const target = { host, isSecure };
    // An address in the place of a name is connected to without being looked up.
    if (isIP(host) && !targets.admits(host, target)) throw new TargetRefusedError();
    const deadline = AbortSignal.timeout(timeoutMs);
    const send = isSecure ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST',
      // A connection for this request alone, and no proxy of the environment.
      agent: false,
      headers: {
        ...message.headers,
        'content-type': message.contentType,
        'content-length': Buffer.byteLength(message.body),
        accept: '*/*',
        'user-agent': 'Signet',
      },
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      lookup: (name, wanted, done) =>
        resolve(name, { ...wanted, all: true }, (error, addresses) => {
          const admitted = error ? [] : addresses.filter(({ address }) => targets.admits(address, target));
          const [first] = admitted;
          if (!first) return done(error ?? new TargetRefusedError(), []);
          return wanted.all ? done(null, admitted) : done(null, first.address, first.family);
        }),
    });
    const answered = answerTo(request);
    request.end(message.body);
    try {
      return await answered;
    } catch (error) {
      if (!deadline.aborted || signal?.aborted) throw error;
      throw Object.assign(new Error('there was no answer in time'), { code: 'TIMEOUT' });
    }
  }

  return { post };
}

function answerTo(request: ClientRequest): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('close', () => reject(new Error('the connection was closed without an answer')));
    request.on('response', (response) => {
      // From here on there is an answer, however the connection ends.
      request
        .removeAllListeners('close')
        .removeAllListeners('error')
        .on('error', () => undefined);
      void beginningOf(response).then((body) => {
        resolve({ status: response.statusCode!, body });
        request.destroy();
      });
    });
  });
}

/** The status has said enough: an answer that breaks off, or never ends, is worth what has come of it. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_BODY_BYTES) break;
    }
  } catch {
    // The deadline, or the other side.
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString();
}
