import { THEME_KEY } from './workspace/theme-key';

/** GraphiQL puts its own choice of theme on the body; before it is there, so do we. */
export function applyStoredTheme(): void {
  const theme = localStorage.getItem(THEME_KEY);
  if (theme === 'light' || theme === 'dark') document.body.classList.add(`graphiql-${theme}`);
}
