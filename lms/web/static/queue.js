// An answer that meets a dead network stays on this device, with the key of its form, and is sent when
// the network is back: the key makes a second delivery the same deed. Words beside the question say
// where it is. All that waits can be saved as a text file for a trainer. Without this file the form
// is a plain form.

const RETRY = 10000;
const box = document.querySelector('[data-queue]');
const form = box?.querySelector('form');
const attempt = box?.dataset.queue;
const prefix = `kept:queue-${attempt}-`;
const never = ['csrf_token', 'client_key', 'seen'];

function waiting() {
  const found = [];
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(prefix)) found.push({ key, ...JSON.parse(localStorage.getItem(key)) });
    }
  } catch {
    // Storage is switched off: nothing waits.
  }
  return found;
}

function keep(entry) {
  try {
    localStorage.setItem(prefix + entry.question, JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

function say(text, state) {
  let line = box.querySelector('.queued');
  if (!line) {
    line = document.createElement('p');
    line.className = 'saved queued';
    line.setAttribute('role', 'status');
    form.after(line);
  }
  line.dataset.state = state;
  line.textContent = text;
}

// The server's word that it has the answer, and where to go on; null where nothing was heard.
async function post(action, pairs) {
  const body = new URLSearchParams(pairs);
  const token = form.elements.namedItem('csrf_token');
  if (token) body.set('csrf_token', token.value);
  try {
    const answer = await fetch(action, {
      method: 'POST', body, redirect: 'manual', headers: { 'X-Kept': 'ask' },
    });
    return { kept: answer.status === 204, next: answer.headers.get('X-Next') };
  } catch {
    return null;
  }
}

function entryOf(pairs) {
  const action = new URL(form.action);
  return { question: action.pathname.split('/').pop(), action: action.pathname, pairs, at: Date.now() };
}

let sending = false;
async function send(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const entry = entryOf(pairs);
  const heard = await post(entry.action, pairs);
  sending = false;
  if (heard?.kept) {
    drop(prefix + entry.question);
    location.assign(heard.next);
  } else if (heard) {
    // Refused, or signed out meanwhile: the page of the server says why. Kept until it has it.
    keep(entry);
    form.removeEventListener('submit', send);
    form.requestSubmit ? form.requestSubmit() : form.submit();
  } else {
    const { device, nowhere } = box.dataset;
    const safe = keep(entry);
    say(safe ? device : nowhere, safe ? 'device' : 'nowhere');
    offer();
    setTimeout(flush, RETRY);
  }
}

// Send what waits, the oldest first; what the server refuses stays for the file.
let flushing = false;
async function flush() {
  if (flushing) return;
  flushing = true;
  let next = null;
  let refused = false;
  for (const entry of waiting().sort((one, other) => one.at - other.at)) {
    const heard = await post(entry.action, entry.pairs);
    if (!heard) {
      flushing = false;
      setTimeout(flush, RETRY);
      return;
    }
    if (heard.kept) {
      drop(entry.key);
      if (entry.action === new URL(form.action).pathname) next = heard.next;
    } else {
      refused = true;
    }
  }
  flushing = false;
  if (refused) say(box.dataset.refused, 'nowhere');
  else if (waiting().length === 0) say(box.dataset.server, 'server');
  if (next) location.assign(next);
}

// Text that a person can read and a program can: TOML, whose strings are those of JSON.
function fileOf(entries) {
  const lines = [`attempt = ${JSON.stringify(attempt)}`];
  for (const entry of entries) {
    const fields = {};
    let key = '';
    for (const [name, value] of entry.pairs) {
      if (name === 'client_key') key = value;
      if (!never.includes(name)) (fields[name] ??= []).push(value);
    }
    const shown = Object.entries(fields).map(([n, v]) => `${JSON.stringify(n)} = ${JSON.stringify(v)}`);
    lines.push(
      '', '[[answers]]', `question = ${JSON.stringify(entry.question)}`, `key = ${JSON.stringify(key)}`,
      `saved = ${JSON.stringify(new Date(entry.at).toISOString())}`, `fields = { ${shown.join(', ')} }`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function offer() {
  if (box.querySelector('.queue-file')) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'second queue-file';
  button.textContent = box.dataset.file;
  button.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([fileOf(waiting())], { type: 'text/plain' }));
    link.download = 'answers.txt';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  box.append(button);
}

if (form) {
  form.addEventListener('submit', send);
  window.addEventListener('online', flush);
  const left = waiting();
  if (left.length) {
    say(box.dataset.device, 'device');
    offer();
    flush();
  }
}
