import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { Header } from './header';
import type { Session } from './session/session';
import { SignIn } from './sign-in';
import type { Place } from './where-to-be';

const loadWorkspace = () => import('./workspace/workspace');
const Workspace = lazy(loadWorkspace);

/** What is seen: the form for who is not signed in, the explorer for who is. */
export function App({ session, place }: { session: Session; place: Place }) {
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  useEffect(() => {
    // The editors are most of the page: they come while somebody types a password.
    void loadWorkspace();
  }, []);
  if (state.kind === 'signedIn')
    return (
      <>
        <Header user={state.user} signOut={() => session.signOut()} />
        <main className="workspace" tabIndex={-1} ref={takeFocus}>
          <Suspense fallback={<Waiting what="Opening the explorer" />}>
            <Workspace key={state.user.id} session={session} user={state.user} />
          </Suspense>
        </main>
      </>
    );
  return (
    <>
      <Header />
      <main className="stage">
        {state.kind === 'starting' && <Waiting what="Looking for your session" />}
        {state.kind === 'unreachable' && (
          <div className="card" role="alert">
            <h1>Signet is not reachable</h1>
            <p className="lead">{state.message}</p>
            <button className="primary" onClick={() => void session.start()}>
              Try again
            </button>
          </div>
        )}
        {state.kind === 'signedOut' && <SignIn session={session} notice={state.notice} place={place} />}
      </main>
    </>
  );
}

/** The form that had the focus is gone: who goes on by keyboard starts here. */
const takeFocus = (main: HTMLElement | null) => main?.focus();

function Waiting({ what }: { what: string }) {
  return <output className="waiting">{what} …</output>;
}
