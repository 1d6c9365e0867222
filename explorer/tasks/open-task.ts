import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { isNarrow } from '../narrow';
import type { DailyTask } from './daily-tasks';

/** Shows the tab of a task: the one that is still as it was made, or a new one. */
export function useOpenTask() {
  const { addTab, changeTab, setOperationName, setVisiblePlugin } = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor'),
  );
  return (task: DailyTask, variables: string) => {
    // What stands in the editor comes to its tab a moment later.
    const textOf = (index: number) =>
      index === activeTabIndex ? queryEditor?.getValue() : tabs[index]!.query;
    const present = tabs.findIndex((_tab, index) => textOf(index) === task.query);
    if (present < 0) {
      // A new tab makes the one before note the name last seen, which after a change of tabs is another's.
      setOperationName(tabs[activeTabIndex]!.operationName ?? '');
      addTab();
    }
    if (present >= 0 && present !== activeTabIndex) changeTab(present);
    queryEditor?.setValue(task.query);
    variableEditor?.setValue(variables);
    setOperationName(task.name);
    if (isNarrow()) setVisiblePlugin(null);
    queryEditor?.focus();
  };
}
