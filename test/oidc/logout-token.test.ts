import { ClientActor } from '../support/clients.js';
import { everyRow } from '../support/dump.js';
import { startHeardLogouts } from '../support/logout-receiver.js';

let its: Awaited<ReturnType<typeof startHeardLogouts>>;
beforeAll(async () => {
  its = await startHeardLogouts();
});
afterEach(() => its.reset());
afterAll(() => its.close());

describe('a logout token', () => {
  it('is what the specification wants, for each service that was signed in to (BL-1)', async () => {
    const { app, shop, desk, shopHears, deskHears } = its;
    const { ada, sid, signOut } = await its.signedIn();
    await signOut();
    await Promise.all([shopHears.hears(1), deskHears.hears(1)]);
    const heard = [shopHears.heard[0]!, deskHears.heard[0]!];
    for (const { header, claims } of heard) {
      expect(header).toMatchObject({ typ: 'logout+jwt', alg: 'RS256' });
      expect(claims).toMatchObject({ sub: ada.id, sid, iss: app.identity.config.issuer });
      expect(claims.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
      expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(120);
      expect(Object.keys(claims).toSorted()).toEqual(
        ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'events', 'sid'].toSorted(),
      );
    }
    expect(heard.map(({ claims }) => claims.aud)).toEqual([shop.clientId, desk.clientId]);
    expect(new Set(heard.map(({ claims }) => claims.jti)).size).toBe(2);
    expect([...shopHears.faults, ...deskHears.faults]).toEqual([]);
  });

  it('is signed as the id tokens of the client are', async () => {
    const { app, admin, shop, shopHears } = its;
    const { clientId } = shop;
    for (const idTokenAlg of ['ES256', 'RS256']) {
      await new ClientActor(app, admin).does('updateClient', { clientId, idTokenAlg });
      await (await its.signedIn()).signOut();
      await shopHears.hears(1);
      expect(shopHears.heard.splice(0)[0]!.header.alg).toBe(idTokenAlg);
    }
  });

  it('is no access token, stands in no row of the database and in no line of the log (JW-3)', async () => {
    const { app, shopHears } = its;
    await (await its.signedIn()).signOut();
    await shopHears.hears(1);
    const { token } = shopHears.heard[0]!;
    const { codes } = await app.client.send('{ viewer { id } }', {}, { token });
    expect(codes).toEqual(['UNAUTHENTICATED']);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${app.origin}/oidc/userinfo`, { headers })).status).toBe(401);

    const signature = token.split('.')[2]!;
    expect(signature.length).toBeGreaterThan(80);
    const rows = await everyRow(app);
    expect(rows.filter(({ row }) => row.includes(signature))).toEqual([]);
    expect(app.log.filter((line) => line.includes(signature))).toEqual([]);
  });
});

it('discovery says that services are told, and of which session (MD-2)', async () => {
  const answer = await fetch(`${its.app.origin}/.well-known/openid-configuration`);
  expect(await answer.json()).toMatchObject({
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  });
});
