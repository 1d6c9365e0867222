import { randomBytes } from 'node:crypto';
import type { EntityManager } from '../../platform/database.js';
import type { Caller, Viewer } from '../caller.js';
import {
  SLUG,
  managerPermission,
  refuse,
  refuseField,
  type ChangePermissions,
  type Refusal,
} from '../permissions/index.js';
import { openMachineAccount } from '../accounts/index.js';
import { checkSettings } from './check-settings.js';
import { requireServices } from './require-services.js';
import { hasSecret, usualAuthMethod, type GivenSettings } from './client-settings.js';
import { OAuthClient } from './client.entities.js';
import { keepNewSecret } from './keep-secret.js';
import { describeClient, recordOfClient } from './stored-client.js';

/** The secret is null for a client that has none: a public one, or one with keys of its own. */
export type AddClientOutcome = { kind: 'added'; clientId: string; clientSecret: string | null } | Refusal;

/** What is undefined has its usual value. */
export type NewClient = Pick<GivenSettings, 'name' | 'type'> &
  Partial<Omit<GivenSettings, 'name' | 'type'>> & { service: string };

/** More than any product has: a list of them needs no pages. */
const MAX_CLIENTS_OF_SERVICE = 100;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Makes an OAuth client of a service, by those who manage the service. */
export function createAddClient({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function addClient(
    input: NewClient,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<AddClientOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { tx, now } = change;
      const { service } = input;
      change.requireManagement([managerPermission(service)]);
      await requireRoom(tx, service);
      await requireServices(change, input.permissionsOf ?? []);
      const checked = checkSettings(complete(input));
      if ('problems' in checked) return refuse({ kind: 'invalidInput', problems: checked.problems });
      const { firstParty, ...settings } = checked.settings;
      const clientId = newClientId(service);
      const userId = input.type === 'MACHINE' ? await openMachineAccount(change, settings.name) : null;
      await tx.insert(OAuthClient, {
        id: clientId,
        service,
        ...settings,
        isFirstParty: firstParty,
        userId,
        createdAt: now,
        updatedAt: now,
      });
      const made = hasSecret(settings.authMethod) ? await keepNewSecret(change, clientId) : null;
      await recordOfClient(change, 'client.added', clientId, {
        before: null,
        after: describeClient({ service, ...checked.settings }),
        ...(made ? { details: { secretId: made.secretId } } : {}),
      });
      return { kind: 'added', clientId, clientSecret: made?.clientSecret ?? null };
    });
  };
}

function complete({ service: _service, ...input }: NewClient): GivenSettings {
  return {
    name: input.name,
    type: input.type,
    firstParty: input.firstParty ?? true,
    redirectUris: input.redirectUris ?? [],
    postLogoutRedirectUris: input.postLogoutRedirectUris ?? [],
    backchannelLogoutUri: input.backchannelLogoutUri ?? null,
    authMethod: input.authMethod ?? usualAuthMethod(input.type),
    jwks: input.jwks ?? null,
    idTokenAlg: input.idTokenAlg ?? 'RS256',
    permissionsOf: input.permissionsOf ?? [],
  };
}

async function requireRoom(tx: EntityManager, service: string): Promise<void> {
  const [found]: { clients: number }[] = SLUG.test(service)
    ? await tx.execute(
        `SELECT (SELECT count(*)::int FROM oauth_clients c WHERE c.service = s.slug) AS clients
         FROM services s WHERE s.slug = ?`,
        [service],
      )
    : [];
  if (!found) return refuse({ kind: 'notFound', what: 'service' });
  if (found.clients >= MAX_CLIENTS_OF_SERVICE)
    refuseField('service', 'TOO_MANY', `A service has at most ${MAX_CLIENTS_OF_SERVICE} clients.`);
}

/** Readable, and no secret; 40 random bits, so that the id of a client that is gone never comes back for another. */
function newClientId(service: string): string {
  const bits = BigInt(`0x${randomBytes(5).toString('hex')}`);
  const digits = Array.from({ length: 8 }, (_, index) => BASE32[Number((bits >> BigInt(5 * index)) & 31n)]);
  return `${service}-${digits.join('')}`;
}
