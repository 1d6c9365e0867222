/** Thrown when a hash cannot start within the bounded wait. Nothing was hashed. */
export class HashQueueFull extends Error {
  constructor(readonly retryAfterSeconds: number) {
    super('too many passwords are being hashed');
    this.name = 'HashQueueFull';
  }
}

interface Waiting {
  start: () => void;
  refuse: (error: Error) => void;
  deadline: NodeJS.Timeout;
}

export interface HashQueueOptions {
  /** Hashes in flight at once. */
  concurrency: number;
  /** The longest wait for a turn, in seconds. */
  waitSeconds: number;
}

/** Before the first hash was timed: argon2id at the OWASP minimum takes about 25 ms on a server core. */
const FIRST_GUESS_MS = 30;

/**
 * Admission to the hasher. A storm of logins waits here, for a bounded time, while refreshes and reads
 * go on; who would wait too long is refused at once. Turns go round by address, so that one sender of
 * many waits behind itself and nobody else.
 */
export class HashQueue {
  private inFlight = 0;
  private waitingCount = 0;
  private averageMs = FIRST_GUESS_MS;
  /** Insertion order is the order of turns: an address that had one goes to the back. */
  private readonly lanes = new Map<string, Waiting[]>();

  constructor(private readonly options: HashQueueOptions) {}

  get depth(): number {
    return this.waitingCount;
  }

  /** @throws HashQueueFull */
  async run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    if (this.inFlight >= this.options.concurrency) await this.waitForTurn(lane);
    else this.inFlight += 1;
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.averageMs += 0.1 * (performance.now() - startedAt - this.averageMs);
      this.passOn();
    }
  }

  private waitForTurn(lane: string): Promise<void> {
    const ahead = this.lanes.size + (this.lanes.get(lane)?.length ?? 0) * Math.max(1, this.lanes.size);
    const expectedMs = (Math.min(ahead, this.waitingCount) * this.averageMs) / this.options.concurrency;
    if (expectedMs > this.options.waitSeconds * 1000) throw new HashQueueFull(this.retryAfterSeconds());
    return new Promise((start, refuse) => {
      const waiting: Waiting = {
        start,
        refuse,
        deadline: setTimeout(() => this.expire(lane, waiting), this.options.waitSeconds * 1000),
      };
      const others = this.lanes.get(lane);
      if (others) others.push(waiting);
      else this.lanes.set(lane, [waiting]);
      this.waitingCount += 1;
    });
  }

  /** Hands the finished hash's place to the next address in turn. */
  private passOn(): void {
    const next = this.lanes.entries().next();
    if (next.done) {
      this.inFlight -= 1;
      return;
    }
    const [lane, queue] = next.value;
    const waiting = queue.shift()!;
    this.lanes.delete(lane);
    if (queue.length > 0) this.lanes.set(lane, queue);
    this.waitingCount -= 1;
    clearTimeout(waiting.deadline);
    waiting.start();
  }

  private expire(lane: string, waiting: Waiting): void {
    const queue = this.lanes.get(lane) ?? [];
    const left = queue.filter((other) => other !== waiting);
    if (left.length === queue.length) return;
    if (left.length > 0) this.lanes.set(lane, left);
    else this.lanes.delete(lane);
    this.waitingCount -= 1;
    waiting.refuse(new HashQueueFull(this.retryAfterSeconds()));
  }

  private retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.waitingCount * this.averageMs) / this.options.concurrency / 1000));
  }
}
