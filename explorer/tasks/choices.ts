import type { Session } from '../session/session';
import operations from './choices.graphql?raw';

/** What there is to choose from. */
export interface Choices {
  permissions: string[];
  roles: string[];
}

export interface PersonChoice {
  id: string;
  name: string;
  email: string;
}

const NOTHING: Choices = { permissions: [], roles: [] };

/** The catalogue, as far as who is signed in may read it. */
export async function loadChoices(session: Session): Promise<Choices> {
  const data = await ask(session, 'Choices');
  const found = data as { permissions: Named[]; roles: Named[] } | null | undefined;
  if (!found) return NOTHING;
  const names = (things: Named[]) => things.filter(({ deprecated }) => !deprecated).map(({ name }) => name);
  return { permissions: names(found.permissions), roles: names(found.roles) };
}

async function ask(session: Session, operationName: string, variables = {}): Promise<unknown> {
  const exchange = await session.send({ query: operations, operationName, variables }).catch(() => null);
  return exchange?.answer.data;
}

interface Named {
  name: string;
  deprecated?: string | null;
}

/** People whose name or address starts so; nobody for who may not look. */
export async function findPeople(session: Session, search: string): Promise<PersonChoice[]> {
  const data = await ask(session, 'People', { search });
  const found = data as { users: { edges: { node: PersonChoice }[] } } | null | undefined;
  return found?.users.edges.map(({ node }) => node) ?? [];
}
