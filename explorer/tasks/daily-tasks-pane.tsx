import { useDesk } from './desk';
import { dailyTasks, isRefused, type DailyTask } from './daily-tasks';
import { NameField } from './name-field';
import { useOpenTask } from './open-task';
import { PersonField } from './person-field';
import { variablesText } from './ready-tabs';

const GROUPS: Record<DailyTask['kind'], string> = { look: 'Look up', change: 'Change' };

function DailyTasksPane() {
  const { session, choices, subject, change } = useDesk();
  return (
    <section className="tasks" aria-labelledby="tasks-title">
      <h2 id="tasks-title">Daily tasks</h2>
      <p className="hint">Choose what it is about, then open a task: its tab is filled in, ready to run.</p>
      <div className="subject">
        <PersonField session={session} chosen={subject.person} change={change} />
        <NameField
          label="Permission"
          value={subject.permission}
          names={choices.permissions}
          change={(permission) => change({ permission })}
        />
        <NameField
          label="Role"
          value={subject.role}
          names={choices.roles.map(({ name }) => name)}
          change={(role) => change({ role })}
        />
      </div>
      {Object.entries(GROUPS).map(([kind, title]) => (
        <section key={kind} aria-labelledby={`tasks-${kind}`}>
          <h3 id={`tasks-${kind}`}>{title}</h3>
          <TaskList tasks={dailyTasks.filter((task) => task.kind === kind)} />
        </section>
      ))}
    </section>
  );
}

function TaskList({ tasks }: { tasks: DailyTask[] }) {
  const { user, subject } = useDesk();
  const openTask = useOpenTask();
  return (
    <ul className="list">
      {tasks.map((task) => (
        <li key={task.name}>
          <button onClick={() => openTask(task, variablesText(task, subject, user.id))}>
            <span className="title">{task.title}</span>
            <span className="summary">{task.summary}</span>
            {isRefused(task, user.permissions) && (
              <span className="needs">
                You lack <code>{task.needs}</code>
              </span>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}

function TasksIcon() {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M3 5l1.200 1.200L6.400 4M3 10.500l1.200 1.200L6.400 9.500M3 16l1.200 1.200L6.400 15M9.500 5H17M9.500 10.500H17M9.500 16H17" />
    </svg>
  );
}

/** Brings a ready tab back at any time. */
export const DAILY_TASKS_PLUGIN = { title: 'Daily tasks', icon: TasksIcon, content: DailyTasksPane };
