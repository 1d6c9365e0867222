import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import type { SignedInUser } from '../session/credentials';
import type { Session } from '../session/session';
import type { Choices } from './choices';
import type { Subject } from './daily-tasks';
import { firstSubject } from './ready-tabs';

interface Given {
  session: Session;
  user: SignedInUser;
  choices: Choices;
}

interface Desk extends Given {
  subject: Subject;
  /** The same one whenever the pane is drawn. */
  change(part: Partial<Subject>): void;
}

const DeskContext = createContext<Desk | null>(null);

/** Keeps what the tasks are about while the pane is closed. */
export function DeskProvider({ session, user, choices, children }: Given & { children: ReactNode }) {
  const [subject, setSubject] = useState(() => firstSubject(choices));
  const change = useCallback(
    (part: Partial<Subject>) => setSubject((before) => ({ ...before, ...part })),
    [],
  );
  const desk = useMemo(
    () => ({ session, user, choices, subject, change }),
    [session, user, choices, subject, change],
  );
  return <DeskContext value={desk}>{children}</DeskContext>;
}

export function useDesk(): Desk {
  return use(DeskContext)!;
}
