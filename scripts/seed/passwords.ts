import { randomBytes } from 'node:crypto';
import { PasswordHasher, checkNewPassword, type HashingOptions } from '../../src/domain/passwords/index.js';
import { ADA, ADMINISTRATOR, type PasswordHashes } from './people.js';
import { SeedError } from './seed-error.js';

export interface Passwords {
  administrator: string;
  everybodyElse: string;
}

/** 160 bits each, in groups that can be typed: no seed comes with a password that others know. */
export function generatePasswords(): Passwords {
  const one = () => randomBytes(20).toString('hex').match(/.{8}/g)!.join('-');
  return { administrator: one(), everybodyElse: one() };
}

/** @throws SeedError when it is one that Signet would not take from anybody */
export function chosenPassword(password: string): Passwords {
  const problem = checkNewPassword(password, [ADMINISTRATOR.address, ADA.address, ADA.name]);
  if (problem) throw new SeedError(problem.message);
  return { administrator: password, everybodyElse: password };
}

/** One hash for all: a hundred thousand of them would take the better part of an hour. */
export async function hashPasswords(
  { administrator, everybodyElse }: Passwords,
  options: HashingOptions,
): Promise<PasswordHashes> {
  const hasher = new PasswordHasher(options);
  return {
    administrator: await hasher.hash(administrator, 'operator'),
    everybodyElse: await hasher.hash(everybodyElse, 'operator'),
  };
}
