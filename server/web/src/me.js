// The card in which somebody changes name and dye.

import { cleanName, dyes, rememberDye, rememberName } from './names.js';

/** Fills the card's form. `change(person)` is called with each new {name, color}. */
export function setUpCard(form, person, change) {
  const name = form.querySelector('input');
  name.value = person.name;
  name.addEventListener('input', () => {
    const cleaned = cleanName(name.value);
    if (cleaned === '') return;
    person.name = cleaned;
    rememberName(cleaned);
    change(person);
  });
  name.addEventListener('blur', () => {
    name.value = person.name;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    form.hidePopover?.();
  });
  const swatches = dyes.map((dye) => newSwatch(dye, () => {
    person.color = dye.color;
    person.chosenDye = true;
    rememberDye(dye.name);
    change(person);
  }));
  form.querySelector('.dyes').append(...swatches);
  form.addEventListener('toggle', () => {
    for (const input of form.querySelectorAll('input[type=radio]')) {
      input.checked = input.value === person.color;
    }
  });
}

function newSwatch({ name, color }, onPick) {
  const label = document.createElement('label');
  label.className = 'dye';
  label.title = name;
  label.style.setProperty('--peer', color);
  const input = document.createElement('input');
  input.type = 'radio';
  input.name = 'dye';
  input.value = color;
  input.setAttribute('aria-label', name);
  input.addEventListener('change', onPick);
  label.append(input);
  return label;
}
