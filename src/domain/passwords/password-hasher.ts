import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { HashQueue, type HashQueueOptions } from './hash-queue.js';
import { isUnhashable, normalisePassword } from './password-policy.js';

export interface HashingOptions extends HashQueueOptions {
  /** argon2id `m`, in KiB. */
  memoryKib: number;
  /** argon2id `t`. */
  passes: number;
  /** argon2id `p`. */
  parallelism: number;
}

/** argon2id behind the admission queue: the only place that touches the argon2 package. */
export class PasswordHasher {
  readonly queue: HashQueue;
  private readonly parameters;
  /** Verified against when there is no account, so that it costs the same. */
  private dummyHash: Promise<string> | undefined;

  constructor(options: HashingOptions) {
    this.queue = new HashQueue(options);
    this.parameters = {
      type: argon2.argon2id as 2,
      memoryCost: options.memoryKib,
      timeCost: options.passes,
      parallelism: options.parallelism,
    };
  }

  /** Hashes the dummy ahead of the first login, so that not even that one differs. */
  async warmUp(): Promise<void> {
    this.dummyHash ??= argon2.hash(randomBytes(32), this.parameters);
    await this.dummyHash;
  }

  /**
   * @returns a PHC string
   * @throws HashQueueFull
   */
  hash(password: string, lane: string): Promise<string> {
    return this.queue.run(lane, () => argon2.hash(bytesOf(password), this.parameters));
  }

  /**
   * Exactly one argon2 run whatever is wrong: no account, no password set, an unhashable guess.
   * @throws HashQueueFull
   */
  async verify(storedHash: string | null, password: string, lane: string): Promise<boolean> {
    await this.warmUp();
    const dummy = await this.dummyHash!;
    const guess = isUnhashable(password) ? Buffer.alloc(0) : bytesOf(password);
    const matches = await this.queue.run(lane, () => argon2.verify(storedHash ?? dummy, guess));
    return matches && storedHash !== null && !isUnhashable(password);
  }

  /**
   * True when the stored hash costs less than one made today. Only less: while two settings are in use,
   * in a roll-out, no node may take back what another has raised.
   */
  isOutdated(storedHash: string): boolean {
    const made = /^\$argon2id\$v=\d+\$m=(\d+),(?:p=\d+,)?t=(\d+)/.exec(storedHash);
    if (!made) return true;
    return Number(made[1]) * Number(made[2]) < this.parameters.memoryCost * this.parameters.timeCost;
  }
}

function bytesOf(password: string): Buffer {
  return Buffer.from(normalisePassword(password), 'utf8');
}
