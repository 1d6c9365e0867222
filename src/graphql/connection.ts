import { encodeCursor } from './cursor.js';
import type { PageInfo } from './page-info.type.js';

/** Edges and page information of a page that was read in order of the ids that `positionOf` gives. */
export function connect<Item, Node>(
  items: readonly Item[],
  page: { hasNextPage: boolean; after: string | null },
  positionOf: (item: Item) => string,
  toNode: (item: Item) => Node,
): { edges: { cursor: string; node: Node }[]; pageInfo: PageInfo } {
  const edges = items.map((item) => ({ cursor: encodeCursor(positionOf(item)), node: toNode(item) }));
  const pageInfo = {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.after !== null,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo };
}
