// What pages do better with a script. Without one all of it works.
const EYE =
  '<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.7">' +
  '<path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12Z"/><circle cx="12" cy="12" r="3"/>';

// A button beside each password that shows what was typed.
for (const place of document.querySelectorAll('.secret')) {
  const input = place.querySelector('input');
  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-controls', input.id);
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.title = shown ? place.dataset.hide : place.dataset.show;
    button.setAttribute('aria-label', button.title);
    button.innerHTML = `${EYE}${shown ? '<path d="m4 20 16-16"/>' : ''}</svg>`;
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  // Browsers remember what is typed into a text field, and offer it again.
  input.form.addEventListener('submit', () => show(false));
  show(false);
  place.append(button);
}

// Times in the zone of who reads them.
const zone = { dateStyle: 'medium', timeStyle: 'short' };
for (const time of document.querySelectorAll('time'))
  time.textContent = new Intl.DateTimeFormat(time.dataset.locale, zone).format(new Date(time.dateTime));
