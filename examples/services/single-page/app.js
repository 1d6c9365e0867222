// Needs a client of type SPA. Its redirect URI and its post-logout redirect URI are the address of this page.
// With a bundler: import { UserManager } from 'oidc-client-ts'.
const { UserManager } = globalThis.oidc;
const here = location.origin + location.pathname;

const manager = new UserManager({
  authority: globalThis.SIGNET_ISSUER ?? 'http://localhost:4000',
  client_id: globalThis.SIGNET_CLIENT_ID ?? 'orders-k3j4h5gd',
  redirect_uri: here,
  post_logout_redirect_uri: here,
  // Permissions of your service are scopes too: 'openid profile email orders:read'.
  scope: 'openid profile email',
  // Tokens are kept in sessionStorage and renewed by the refresh token, ahead of their end. No iframe, no third-party cookie.
  automaticSilentRenew: true,
});

async function start() {
  let problem;
  const parameters = new URLSearchParams(location.search);
  if (parameters.has('state')) {
    // Back from Signet, signed in (code), signed out (state alone) or refused (error).
    if (parameters.has('code') || parameters.has('error'))
      await manager.signinCallback().catch((error) => (problem = error));
    else await manager.signoutCallback();
    history.replaceState(null, '', here);
  }
  show(problem ?? (await manager.getUser()));
}

function show(user) {
  const isSignedIn = Boolean(user?.profile);
  const text = isSignedIn ? `Signed in as ${user.profile.name}` : (user?.message ?? 'Not signed in');
  document.querySelector('#who').textContent = text;
  document.querySelector('#sign-in').hidden = isSignedIn;
  document.querySelector('#sign-out').hidden = !isSignedIn;
}

document.querySelector('#sign-in').addEventListener('click', () => manager.signinRedirect());
document.querySelector('#sign-out').addEventListener('click', () => manager.signoutRedirect());
manager.events.addUserLoaded(show);
// The session has ended elsewhere: the refresh token is worth nothing any more.
manager.events.addSilentRenewError(() => manager.removeUser());
manager.events.addUserUnloaded(() => show(null));
globalThis.manager = manager;
start().catch(show);
