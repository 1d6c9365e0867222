import { useEffect } from 'react';
import { pick, useGraphiQL } from '@graphiql/react';

/** What GraphiQL has no property for: long lines and comments fold instead of running out of sight. */
export function EditorOptions() {
  const editors = useGraphiQL(pick('queryEditor', 'variableEditor', 'responseEditor'));
  const { queryEditor, variableEditor, responseEditor } = editors;
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, responseEditor])
      editor?.updateOptions({ wordWrap: 'on', wrappingIndent: 'indent', fontSize: 14 });
  }, [queryEditor, variableEditor, responseEditor]);
  return null;
}
