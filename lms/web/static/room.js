// A page that follows a session. Where an event stream works it is told; where it does not, it asks
// every few seconds; where no script runs, somebody follows the link. The page itself is always the
// server's: this only fetches it again when its mark has changed.

const EVERY = 2500;
let room = document.getElementById('room');
let mark = room?.dataset.mark;
let busy = false;

// What was chosen or typed and not sent yet, put back into the new page.
function unsent() {
  const kept = [];
  for (const field of room.querySelectorAll('input, textarea')) {
    const form = field.form?.id || field.form?.getAttribute('action');
    if (field.type === 'radio' && field.checked) kept.push([form, field.name, field.value, true]);
    else if (['text', 'textarea'].includes(field.type) && field.value !== field.defaultValue) {
      kept.push([form, field.name, field.value, false]);
    }
  }
  return kept;
}

function putBack(kept) {
  for (const [form, name, value, chosen] of kept) {
    for (const field of room.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if ((field.form?.id || field.form?.getAttribute('action')) !== form) continue;
      if (chosen) field.checked = field.value === value || field.checked;
      else field.value = value;
    }
  }
}

async function renew() {
  const answer = await fetch(location.pathname, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const next = page.getElementById('room');
  if (!next) {
    location.assign(answer.url);
    return;
  }
  const kept = unsent();
  room.replaceWith(next);
  room = next;
  putBack(kept);
  mark = room.dataset.mark;
}

async function look(found) {
  if (busy || !room || found === mark) return;
  busy = true;
  try {
    await renew();
  } catch {
    // The line is away: the next look finds it again.
  }
  busy = false;
}

async function ask() {
  try {
    const answer = await fetch(room.dataset.now);
    if (answer.ok) await look((await answer.text()).trim());
  } catch {
    // As above.
  }
}

let asking = 0;
function askAgain() {
  if (asking) return;
  asking = setInterval(ask, EVERY);
}

function listen() {
  const stream = new EventSource(room.dataset.stream);
  let heard = false;
  stream.onmessage = (event) => {
    heard = true;
    clearInterval(asking);
    asking = 0;
    look(event.data);
  };
  // Whatever goes wrong, asking works meanwhile; a stream that comes back takes over again.
  stream.onerror = () => askAgain();
  // Some lines let a stream open and hold everything back.
  setTimeout(() => {
    if (!heard) askAgain();
  }, 4000);
}

// A vote on a bad line: tried again with the same key until it is in, so that it counts once.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('form.answer')) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form));
  const button = form.querySelector('button');
  button.disabled = true;
  for (let tries = 0; tries < 8; tries += 1) {
    try {
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: data });
      if (answer.status < 500) {
        if (answer.ok) await renew();
        else location.assign(location.pathname);
        return;
      }
    } catch {
      // Not there: wait and send the same again.
    }
    await new Promise((done) => setTimeout(done, 500 * 2 ** Math.min(tries, 4)));
  }
  button.disabled = false;
  form.submit();
});

if (room) {
  if (room.dataset.stream && 'EventSource' in window) listen();
  else askAgain();
}
