import type { Session } from '../session/session';
import operations from './choices.graphql?raw';

/** What there is to choose from. */
export interface Choices {
  permissions: string[];
  roles: RoleChoice[];
}

export interface RoleChoice {
  name: string;
  service: { slug: string } | null;
}

export interface PersonChoice {
  id: string;
  name: string;
  email: string;
}

interface Catalogue {
  permissions: { name: string; deprecated: string | null }[];
  roles: RoleChoice[];
}

/** The catalogue, as far as who is signed in may read it. */
export async function loadChoices(session: Session): Promise<Choices> {
  const found = (await ask(session, 'Choices')) as Catalogue | null | undefined;
  const inUse = (found?.permissions ?? []).filter(({ deprecated }) => deprecated === null);
  return { permissions: inUse.map(({ name }) => name), roles: found?.roles ?? [] };
}

/** People whose name or address starts so; nobody for who may not look. */
export async function findPeople(session: Session, search: string): Promise<PersonChoice[]> {
  const found = (await ask(session, 'People', { search })) as People | null | undefined;
  return found?.users.edges.map(({ node }) => node) ?? [];
}

interface People {
  users: { edges: { node: PersonChoice }[] };
}

async function ask(session: Session, operationName: string, variables = {}): Promise<unknown> {
  const exchange = await session.send({ query: operations, operationName, variables }).catch(() => null);
  return exchange?.answer.data;
}
