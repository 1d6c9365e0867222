import { secondsLater, type Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database.js';
import { hashId } from './artifact-store.js';

/** RFC 8628 §3.2: devices that were told nothing else wait so long between two questions. */
const INTERVAL_SECONDS = 5;
/** RFC 8628 §3.5: who asks too early waits so much longer, then and from then on. */
const SLOWER_SECONDS = 5;
/** Longer than any code of a device is good. */
const KEPT_SECONDS = 3600;

/**
 * When the device asked last and how long it has to wait, read and written at once, so that of many questions at the same time one is
 * in time. Beside the code and not in it, which the library writes whole.
 */
const PACE = {
  name: 'pace-polling',
  text: `INSERT INTO oidc_artifacts AS a (model, id_hash, payload, expires_at)
         VALUES ('DevicePolling', $1, jsonb_build_object('at', $2::float8, 'interval', ${INTERVAL_SECONDS}, 'early', false), $3)
         ON CONFLICT (model, id_hash) DO UPDATE SET payload = CASE
           WHEN $2::float8 < (a.payload->>'at')::float8 + (a.payload->>'interval')::float8
           THEN jsonb_build_object('at', $2::float8, 'interval', (a.payload->>'interval')::int + ${SLOWER_SECONDS}, 'early', true)
           ELSE a.payload || jsonb_build_object('at', $2::float8, 'early', false) END
         RETURNING (payload->>'early')::boolean AS early`,
};

/** Whether a device that waits for its owner asks too early. */
export function createPacePolling({ database, clock }: { database: Database; clock: Clock }) {
  return async function asksTooEarly(deviceCode: string): Promise<boolean> {
    const now = clock.now();
    const values = [hashId(deviceCode), now.getTime() / 1000, secondsLater(now, KEPT_SECONDS)];
    const [polling] = await database.query<{ early: boolean }>(PACE, values);
    return polling!.early;
  };
}
