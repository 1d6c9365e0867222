const STYLE = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; grid-template-rows: auto 1fr; }
header { padding: 0.75rem 1.5rem; color: #fff; background: var(--colour); font-weight: 600; }
main { padding: 2rem 1.5rem; max-width: 36rem; }
h1 { margin-top: 0; line-height: 1.2; }
.button { display: inline-block; padding: 0.6rem 1.2rem; border: 0; border-radius: 0.4rem; font: inherit; font-weight: 600;
  color: #fff; background: var(--colour); text-decoration: none; cursor: pointer; }
.button:focus-visible { outline: 3px solid; outline-offset: 2px; }
nav { margin-top: 2rem; }
`;

export interface Look {
  name: string;
  colour: string;
  /** Another app to go to. */
  neighbour: { name: string; origin: string };
}

/** A page of an app for somebody, or for nobody yet. Everything that comes from outside is escaped. */
export function page(look: Look, person: { name: string } | null, problem?: string): string {
  const name = escape(look.name);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<link rel="icon" href="data:,">
<style>:root { --colour: ${look.colour}; }${STYLE}</style>
<header>${name}</header>
<main>
<h1>${person ? `Hello, ${escape(person.name)}` : 'Welcome'}</h1>
${problem ? `<p role="alert">${escape(problem)}</p>` : ''}
${person ? SIGN_OUT : SIGN_IN}
<nav>Go to <a href="${escape(look.neighbour.origin)}/">${escape(look.neighbour.name)}</a></nav>
</main>
</html>`;
}

const SIGN_IN = '<p>You are not signed in here.</p><a class="button" href="/sign-in">Sign in</a>';
// A form, since a link that signs out could stand on any page.
const SIGN_OUT =
  '<p>You are signed in.</p><form method="post" action="/sign-out"><button class="button">Sign out</button></form>';

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
