#!/usr/bin/env node
import './node-version.js';
import { CommandError } from './cli/command-error.js';
import { createProgram, type Commands } from './cli/program.js';
import { ConfigError, loadClientConfig } from './config.js';
import { VERSION } from './version.js';

/** Loaded when an operator asks for it: what a product's pipeline runs needs no server and no database. */
const operating = () => import('./operate.js');

const commands: Commands = {
  operator: async () => (await operating()).operatorCommands,
  clientSettings: loadClientConfig,
  signetPermissions: async () => {
    const { SIGNET_PERMISSIONS } = await import('./domain/permissions/index.js');
    return Object.keys(SIGNET_PERMISSIONS);
  },
};

/** Ends with one message for people, and the stack only for what nobody foresaw. */
async function fail(error: unknown): Promise<never> {
  const isClear = error instanceof CommandError || error instanceof ConfigError;
  process.stderr.write(isClear ? `\n${error.message}\n\n` : (await operating()).explain(error));
  process.exit(1);
}

for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, (error) => void fail(error));
await createProgram(commands, VERSION).parseAsync().catch(fail);
