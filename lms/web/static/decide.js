// Counts the seconds of a timed decision down, and at nought sends what happens when nobody decides.
// The server has its own clock, and the last word: without this file the page works as well.

const shown = document.querySelector('[data-seconds]');
const form = document.getElementById('decision');

if (shown && form) {
  const over = Date.now() + Number(shown.dataset.seconds) * 1000;

  function give(name, value) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  }

  const ticking = setInterval(() => {
    const left = Math.max(Math.ceil((over - Date.now()) / 1000), 0);
    shown.textContent = left;
    if (left > 0) return;
    clearInterval(ticking);
    for (const option of form.querySelectorAll('input[type=radio]')) option.disabled = true;
    give('choice', shown.dataset.late);
    give('up', '1');
    form.submit();
  }, 250);

  form.addEventListener('submit', () => clearInterval(ticking));
}
