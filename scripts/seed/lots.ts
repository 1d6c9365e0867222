import { createHash } from 'node:crypto';
import type { SeedPlan } from './plan.js';

/**
 * Everything that is decided by lot: a hash of the seed's number, of what is decided and for which one. No lot
 * depends on one drawn before, so a seed that was interrupted goes on anywhere. lots.sql.ts is the same in SQL.
 */
export class Lots {
  constructor(private readonly plan: Pick<SeedPlan, 'seed'>) {}

  /** Five independent numbers from 0 to below 1, numbered from 0. */
  draw(what: string, n: number): (index: number) => number {
    const digest = createHash('md5').update(this.text(what, n)).digest();
    return (index) => digest.readUIntBE(index * 3, 3) / 2 ** 24;
  }

  /** The UUIDv7 of the n-th of a kind, made at a moment (milliseconds since 1970). */
  id(kind: string, n: number, ms: number): string {
    const digest = createHash('md5').update(this.text(kind, n)).digest('hex');
    const time = ms.toString(16).padStart(12, '0');
    const hex = `${time}7${digest.slice(13, 16)}8${digest.slice(17)}`;
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private text(what: string, n: number): string {
    return `${this.plan.seed}:${what}:${n}`;
  }
}

/** One of a list, by a number from 0 to below 1. */
export function pick<T>(list: readonly T[], lot: number): T {
  return list[Math.floor(lot * list.length)]!;
}

export const DAY_MS = 86_400_000;
