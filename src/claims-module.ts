import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ClaimsContributor } from './domain/tokens/index.js';

/** The module of SIGNET_CLAIMS_MODULE cannot be used; the message says why. */
export class ClaimsModuleError extends Error {}

/**
 * Loads the operator's own claims: the default export of a JavaScript module, a ClaimsContributor.
 * @throws ClaimsModuleError
 */
export async function loadClaimsModule(path: string): Promise<ClaimsContributor> {
  const module = (await import(pathToFileURL(resolve(path)).href).catch((error: Error) => {
    throw new ClaimsModuleError(`SIGNET_CLAIMS_MODULE: ${path} cannot be loaded: ${error.message}`);
  })) as { default?: unknown };
  if (typeof module.default !== 'function')
    throw new ClaimsModuleError(
      `SIGNET_CLAIMS_MODULE: ${path} has no default export that is a function (see docs/tokens.md).`,
    );
  return module.default as ClaimsContributor;
}
