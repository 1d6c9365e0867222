import { useRef, useState, type FormEvent } from 'react';
import { inWords } from './in-words';
import type { Refused } from './session/credentials';
import type { Session } from './session/session';
import type { Place } from './where-to-be';

interface SignInProps {
  session: Session;
  /** Why the form is there when somebody was signed in before. */
  notice: string | null;
  place: Place;
}

export function SignIn({ session, notice, place }: SignInProps) {
  const [problem, setProblem] = useState<Refused | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [isShown, setIsShown] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, typed] = [fields.get('email') as string, fields.get('password') as string];
    setIsBusy(true);
    const found = await session
      .signIn(email, typed)
      .catch((error: Error): Refused => ({ message: error.message }));
    setIsBusy(false);
    setProblem(found);
    if (found) password.current?.select();
  };

  return (
    <form className="card" onSubmit={(event) => void submit(event)} aria-labelledby="title">
      <h1 id="title">Sign in</h1>
      <p className="lead">Look up people, and give and take what they may do.</p>
      {notice && <output className="notice">{notice}</output>}
      {place.kind === 'elsewhere' && (
        <p className="notice">
          You opened <code>{location.origin}</code>, but Signet lives at{' '}
          <a href={place.address}>{place.address}</a>. Sign in there, unless this address is in{' '}
          <code>SIGNET_ALLOWED_ORIGINS</code>.
        </p>
      )}
      <label htmlFor="email">E-mail</label>
      <input
        id="email"
        name="email"
        type="email"
        autoComplete="username"
        required
        autoFocus
        spellCheck={false}
      />
      <label htmlFor="password">Password</label>
      <div className="secret">
        <input
          ref={password}
          id="password"
          name="password"
          type={isShown ? 'text' : 'password'}
          autoComplete="current-password"
          required
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? 'problem' : undefined}
        />
        <button type="button" aria-pressed={isShown} onClick={() => setIsShown(!isShown)}>
          Show
        </button>
      </div>
      <div id="problem" role="alert">
        {problem && (
          <p className="problem">
            {problem.message}
            {problem.retryAfterSeconds !== undefined &&
              ` Try again in ${inWords(problem.retryAfterSeconds)}.`}
          </p>
        )}
      </div>
      <button className="primary" disabled={isBusy}>
        {isBusy ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  );
}
