import { startTestApp } from './support/test-app.js';
import { CreateRoleDocument, UpdateRoleDocument, RegisterServiceDocument, UpdateServiceDocument } from './support/operations.js';
it('x', async () => {
  const app = await startTestApp();
  const admin = await app.given.acting();
  await admin.does(CreateRoleDocument, { name: 'r' });
  const many = Array.from({ length: 24000 }, (_, i) => `a:${i}`);
  for (const list of [many, Array(60000).fill(''), Array(40000).fill('a:b')]) {
    let t = Date.now();
    const a = await admin.send(CreateRoleDocument, { name: 'x', permissions: list });
    console.log(a.codes, a.status, Date.now() - t, JSON.stringify(a.body).length, JSON.stringify(a.body).slice(0, 200));
    t = Date.now();
    const b = await admin.send(UpdateRoleDocument, { name: 'r', permissions: list });
    console.log(b.codes, b.status, Date.now() - t);
  }
  const roles = { name: 'ΑΣ', permissions: ['a'] };
  console.log((await admin.send(RegisterServiceDocument, { slug: 'g', name: 'g', permissions: [{ name: 'a' }], roles: [roles] })).body);
  console.log(JSON.stringify((await admin.send(UpdateServiceDocument, { slug: 'g', roles: [roles, { ...roles, name: 'ασ' }] })).body));
  console.log(JSON.stringify((await admin.send(UpdateServiceDocument, { slug: 'g', roles: [{ ...roles, name: 'ασ' }] })).body));
  console.log(JSON.stringify((await admin.send(UpdateServiceDocument, { slug: 'g', roles: [{ ...roles, name: 'İx' }, { ...roles, name: 'ix' }, { ...roles, name: 'i̇x' }], confirm: true })).body));
  console.log(await app.sql(`SELECT lower('ΑΣ') a, lower('İx') b, current_setting('lc_ctype') c, (SELECT datcollate || datlocprovider::text || coalesce(datlocale,'') FROM pg_database WHERE datname = current_database()) d`));
  await app.close();
});
