import { isDeepStrictEqual } from 'node:util';
import type { Caller, Viewer } from '../caller.js';
import { renameMachineAccount } from '../accounts/index.js';
import { refuse, type ChangePermissions, type PermissionChange, type Refusal } from '../permissions/index.js';
import { checkSettings } from './check-settings.js';
import { requireServices } from './require-services.js';
import { hasSecret, settingsOf, type GivenSettings } from './client-settings.js';
import { OAuthClient } from './client.entities.js';
import { revokeAllSecrets } from './keep-secret.js';
import { describeClient, recordOfClient, requireManagedClient } from './stored-client.js';

export type UpdateClientOutcome = { kind: 'updated'; clientId: string } | Refusal;

/** What to change of a client; what is undefined stays. Its type never changes: another kind of software is another client. */
export type ClientUpdate = {
  [Name in keyof Omit<GivenSettings, 'type'>]?: GivenSettings[Name] | undefined;
} & { clientId: string };

/** Changes a client, by those who manage its service. */
export function createUpdateClient({ changePermissions }: { changePermissions: ChangePermissions }) {
  return async function updateClient(
    input: ClientUpdate,
    viewer: Viewer | null,
    caller: Caller | null,
  ): Promise<UpdateClientOutcome> {
    return changePermissions(viewer, caller, async (change) => {
      const { clientId, ...wanted } = input;
      const stored = await requireManagedClient(change, clientId);
      // Where people come back to, and how it proves itself, decides who gets what it may have: of every service that it keeps.
      await requireServices(change, wanted.permissionsOf ?? stored.permissionsOf);
      const method = wanted.authMethod ?? stored.authMethod;
      // Who leaves private_key_jwt need not say that the keys go: they would be for nothing.
      const keptJwks = method === 'private_key_jwt' ? stored.jwks : null;
      const checked = checkSettings({ ...settingsOf(stored), jwks: keptJwks, ...defined(wanted) });
      if ('problems' in checked) return refuse({ kind: 'invalidInput', problems: checked.problems });
      const before = describeClient(stored);
      const after = describeClient({ ...checked.settings, service: stored.service });
      if (isDeepStrictEqual(before, after)) return { kind: 'updated', clientId };
      const { firstParty, type: _type, ...settings } = checked.settings;
      await change.tx.nativeUpdate(
        OAuthClient,
        { id: clientId },
        { ...settings, isFirstParty: firstParty, updatedAt: change.now },
      );
      if (stored.userId) await renameMachineAccount(change, stored.userId, settings.name);
      await recordOfClient(change, 'client.changed', clientId, { before, after });
      if (stored.firstParty && !firstParty) await endWithoutConsent(change, clientId);
      // A secret that was put away must not come back to life when the method does.
      if (!hasSecret(method)) await revokeAllSecrets(change, clientId);
      return { kind: 'updated', clientId };
    });
  };
}

/** What a product of the company got without asking, a third party has to ask for: it begins anew. */
async function endWithoutConsent({ tx }: PermissionChange, clientId: string): Promise<void> {
  await tx.execute('DELETE FROM oidc_artifacts WHERE client_id = ?', [clientId]);
  await tx.execute('DELETE FROM session_clients WHERE client_id = ?', [clientId]);
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
