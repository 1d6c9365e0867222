import './workers';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '../style/graphiql.css';
import '../style/tasks.css';
import { useEffect, useMemo, useState } from 'react';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import type { SignedInUser } from '../session/credentials';
import type { Exchange } from '../session/post';
import type { Session } from '../session/session';
import { loadChoices, type Choices } from '../tasks/choices';
import { DAILY_TASKS_PLUGIN } from '../tasks/daily-tasks-pane';
import { DeskProvider } from '../tasks/desk';
import { readyTabs, type ReadyTab } from '../tasks/ready-tabs';
import { renew } from '../tasks/renew';
import { isNarrow } from '../narrow';
import { EditorOptions } from './editor-options';
import { EDITOR_THEME, defineEditorThemes } from './editor-theme';
import { createFetcher } from './fetcher';
import { LastAnswer } from './last-answer';
import { createStorage } from './storage';

/** Begins while the form is still there, since it takes the longest. */
const editorIsReady = defineEditorThemes();
const PLUGINS = [DAILY_TASKS_PLUGIN, HISTORY_PLUGIN];

/** GraphiQL for who is signed in, with the tabs and the history that they left. */
export default function Workspace({ session, user }: { session: Session; user: SignedInUser }) {
  const [beginning, setBeginning] = useState<Beginning | null>(null);
  const [last, setLast] = useState<Exchange | null>(null);
  const fetcher = useMemo(() => createFetcher(session, setLast), [session]);
  useEffect(() => {
    void Promise.all([loadChoices(session), editorIsReady]).then(([choices]) =>
      setBeginning(begin(choices, user.id)),
    );
  }, [session, user.id]);
  if (!beginning) return <output className="waiting">Opening the explorer …</output>;
  return (
    <DeskProvider session={session} user={user} choices={beginning.choices}>
      <GraphiQL
        fetcher={fetcher}
        storage={beginning.storage}
        plugins={PLUGINS}
        visiblePlugin={beginning.visiblePlugin}
        defaultTabs={beginning.tabs}
        defaultQuery=""
        defaultEditorToolsVisibility="variables"
        editorTheme={EDITOR_THEME}
        isHeadersEditorEnabled={false}
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
      >
        <GraphiQL.Logo> </GraphiQL.Logo>
        <GraphiQL.Footer>
          <LastAnswer last={last} />
        </GraphiQL.Footer>
        <EditorOptions />
      </GraphiQL>
    </DeskProvider>
  );
}

/** What GraphiQL reads once, when it opens. */
interface Beginning {
  choices: Choices;
  tabs: ReadyTab[];
  storage: ReturnType<typeof createStorage>;
  visiblePlugin: typeof DAILY_TASKS_PLUGIN | undefined;
}

function begin(choices: Choices, userId: string): Beginning {
  const tabs = readyTabs(choices, userId);
  return {
    choices,
    tabs,
    storage: createStorage({ userId, firstTab: tabs[0]!, renew }),
    visiblePlugin: isNarrow() ? undefined : DAILY_TASKS_PLUGIN,
  };
}
