import { createRoot } from 'react-dom/client';
import { App } from './app';
import { Session } from './session/session';
import { applyStoredTheme } from './theme';
import { whereToBe } from './where-to-be';
import './style/palette.css';
import './style/page.css';

applyStoredTheme();
const place = whereToBe();
if (place.kind === 'moved') location.replace(place.address);
else {
  const session = new Session();
  void session.start();
  createRoot(document.getElementById('root')!).render(<App session={session} place={place} />);
}
