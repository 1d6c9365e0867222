import { KEY_MAP, formatShortcutForOS } from '@graphiql/react';
import type { Exchange } from '../session/post';

/** Under the answer: how long it took, and the id under which the log has it. */
export function LastAnswer({ last }: { last: Exchange | null }) {
  return (
    <output className="last-answer">
      {last ? (
        <>
          <span>{last.milliseconds} ms</span>
          <span>
            request <code>{last.requestId}</code>
          </span>
        </>
      ) : (
        <span>{formatShortcutForOS(KEY_MAP.runQuery.key, '⌘')} runs the operation</span>
      )}
    </output>
  );
}
