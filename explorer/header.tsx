import { useState } from 'react';
import type { SignedInUser } from './session/credentials';

interface HeaderProps {
  user?: SignedInUser;
  signOut?: () => Promise<void>;
}

/** The slim bar on top: where one is, and as whom. */
export function Header({ user, signOut }: HeaderProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const leave = () => {
    setProblem(null);
    signOut?.().catch(() => setProblem('You are still signed in: Signet could not be reached.'));
  };
  return (
    <header className="top">
      <a className="brand" href="./" title="What is here">
        <span className="mark" aria-hidden="true">
          S
        </span>
        <span className="name">Signet</span>
      </a>
      <span className="here">Explorer</span>
      <span className="host" title="The Signet that this page speaks to">
        {location.host}
      </span>
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
      {user && (
        <div className="who">
          <p>
            <span className="sr-only">Signed in as </span>
            <strong>{user.name}</strong>
            <span className="address">{user.email}</span>
          </p>
          <button onClick={leave}>Sign out</button>
        </div>
      )}
    </header>
  );
}
