import fastifyCookie from '@fastify/cookie';
import fastifyFormBody from '@fastify/formbody';
import Fastify, { type FastifyReply } from 'fastify';
import { logoutTokenVerifier } from './logout-token.js';
import { page, type Look } from './page.js';
import { Sessions } from './sessions.js';
import { connectToSignet, type Settings } from './signet.js';

export interface AppSettings extends Settings, Look {
  /** Cookies know no ports: apps on one host need names of their own. */
  cookie: string;
  port: number;
}

/** A web app that signs its people in by Signet: copy it, and put your pages in place of its one. */
export async function startWebApp(settings: AppSettings) {
  const signet = await connectToSignet(settings);
  const verifyLogoutToken = logoutTokenVerifier({ ...settings, jwksUri: signet.jwksUri });
  const sessions = new Sessions(signet);
  const server = Fastify();
  await server.register(fastifyCookie);
  await server.register(fastifyFormBody);

  const secure = settings.origin.startsWith('https:');
  const session = secure ? `__Host-${settings.cookie}` : settings.cookie;
  const departure = `${session}-sign-in`;
  // Lax: the browser brings it when Signet sends people back, and with no form of another site.
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;

  function show(reply: FastifyReply, person: { name: string } | null, problem?: string) {
    return (
      reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        // A form may lead to Signet, by the redirect with which it is answered.
        .header(
          'content-security-policy',
          `default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self' ${new URL(settings.issuer).origin}; base-uri 'none'; frame-ancestors 'none'`,
        )
        .send(page(settings, person, problem))
    );
  }

  server.get('/', async (request, reply) =>
    show(reply, (await sessions.find(request.cookies[session]))?.person ?? null),
  );

  server.get('/sign-in', async (_request, reply) => {
    const { address, departure: left } = await signet.leave();
    return reply.setCookie(departure, sessions.depart(left), cookie).redirect(address, 303);
  });

  server.get<{ Querystring: { state?: string } }>('/callback', async (request, reply) => {
    const left = sessions.takeDeparture(request.query.state ?? '', request.cookies[departure]);
    if (!left)
      return show(reply.status(400), null, 'This sign-in has expired or began elsewhere. Try again.');
    try {
      const { person, tokens } = await signet.arrive(new URL(request.url, settings.origin).search, left);
      return await reply
        .clearCookie(departure, cookie)
        .setCookie(session, sessions.begin(person, tokens), cookie)
        .redirect('/', 303);
    } catch (error) {
      if ((error as { error?: string }).error === 'access_denied')
        return show(reply, null, 'You did not sign in.');
      request.log.error(error);
      return show(reply.status(502), null, 'Signing in did not work. Try again in a while.');
    }
  });

  server.post('/sign-out', async (request, reply) => {
    const id = request.cookies[session];
    const ending = await sessions.find(id);
    reply.clearCookie(session, cookie);
    if (!ending) return reply.redirect('/', 303);
    sessions.end(id!);
    // Without this the next "Sign in" would let them in again without a question.
    return reply.redirect(signet.signOutAddress(ending.tokens), 303);
  });

  /** Signet calls this itself, without a browser and so without cookies. */
  server.post<{ Body: { logout_token?: string } }>('/backchannel-logout', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      sessions.endBySid(await verifyLogoutToken(request.body?.logout_token ?? ''));
      return await reply.send();
    } catch (error) {
      request.log.warn(error);
      return reply.status(400).send({ error: 'invalid_request' });
    }
  });

  await server.listen({ host: '127.0.0.1', port: settings.port });
  return { origin: settings.origin, close: () => server.close() };
}
