import { ArgsType, Field, Int } from 'type-graphql';
import { checkPageSize, decodeCursor } from './cursor.js';
import { badUserInput } from './errors.js';

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;
const MAX_TEXT_LENGTH = 254;

/** The arguments of every connection; the last one first, as type-graphql reads arguments (see schema.ts). */
@ArgsType()
export class PageArgs {
  @Field(() => String, { nullable: true, description: '`endCursor` of the page before.' })
  after?: string | null;

  @Field(() => Int, { defaultValue: DEFAULT_PAGE_SIZE, description: `Page size, 1 to ${MAX_PAGE_SIZE}.` })
  first!: number;
}

/** @throws BAD_USER_INPUT for a size out of bounds or a cursor that is none */
export function toPage({ first, after }: PageArgs): { first: number; after: string | null } {
  return { first: checkPageSize(first, MAX_PAGE_SIZE), after: after == null ? null : decodeCursor(after) };
}

/** @throws BAD_USER_INPUT for what PostgreSQL's text cannot hold or no name is as long as */
export function checkText(name: string, text: string | null | undefined): string | null {
  if (text != null && (text.length > MAX_TEXT_LENGTH || text.includes('\0')))
    throw badUserInput(`\`${name}\` must be a text of at most ${MAX_TEXT_LENGTH} characters.`);
  return text ?? null;
}

interface Estimated {
  args: Record<string, unknown>;
  childComplexity: number;
}

/** Cost of a connection: its page size times what is asked of each item. A size below zero is refused later. */
export function pageCost({ args, childComplexity }: Estimated): number {
  return 1 + Math.max(1, (args['first'] as number | undefined) ?? DEFAULT_PAGE_SIZE) * childComplexity;
}

/** Cost of a list that has some `usual` number of items. */
export const listCost =
  (usual: number) =>
  ({ args, childComplexity }: Estimated): number =>
    1 + Math.max(1, (args['first'] as number | undefined) ?? usual) * childComplexity;
