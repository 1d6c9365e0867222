import { useEffect, useState } from 'react';
import type { Session } from '../session/session';
import { findPeople, type PersonChoice } from './choices';
import type { Subject } from './daily-tasks';

/** So long nobody types before a search is sent, in milliseconds. */
const PAUSE_MS = 200;
const labelOf = ({ name, email }: PersonChoice) => `${name} <${email}>`;

interface PersonFieldProps {
  session: Session;
  chosen: PersonChoice | null;
  change(part: Partial<Subject>): void;
}

/** Finds a person by the beginning of a name or an address, with the browser's own list of suggestions. */
export function PersonField({ session, chosen, change }: PersonFieldProps) {
  const [text, setText] = useState(chosen ? labelOf(chosen) : '');
  const [people, setPeople] = useState<PersonChoice[]>([]);

  const type = (typed: string) => {
    setText(typed);
    change({ person: people.find((person) => labelOf(person) === typed || person.email === typed) ?? null });
  };
  useEffect(() => {
    if (!text || chosen) return undefined;
    let isWanted = true;
    const timer = setTimeout(() => {
      void findPeople(session, text).then((found) => {
        if (!isWanted) return;
        setPeople(found);
        const exact = found.find(({ email }) => email === text);
        if (exact) change({ person: exact });
      });
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [session, text, chosen, change]);

  return (
    <>
      <label htmlFor="task-person">Person</label>
      <input
        id="task-person"
        list="task-people"
        value={text}
        placeholder="name or e-mail"
        spellCheck={false}
        autoComplete="off"
        aria-describedby="task-person-state"
        onChange={(event) => type(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      <datalist id="task-people">
        {people.map((person) => (
          <option key={person.id} value={labelOf(person)} />
        ))}
      </datalist>
      <output id="task-person-state" className="state">
        {chosen ? `${chosen.name} is chosen.` : text ? 'Choose from the list.' : 'Nobody chosen yet.'}
      </output>
    </>
  );
}
