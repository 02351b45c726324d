// What is typed into a form marked data-keep stays on this device until the server has it, and
// words beside the field say where it is. A form marked data-send is also sent while one types; a
// redirect in answer, or 204, means that the server has kept it. The header X-Kept asks for it: who is
// signed out hears 401 then, and not the redirect to the sign-in. Without this file the form is a plain
// form.
//
// A draft is {base, values, at}: base is what the server showed when typing began. Opened again:
// the server shows `values` - it has them, forget the draft; it shows `base` - it does not, put
// them back; it shows something else - typed elsewhere, so ask and overwrite nothing.

const DAYS_KEPT = 14;
const PAUSE = 1500;
const RETRY = 15000;

const store = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Storage is switched off: there is nothing to drop.
    }
  },
  tidy() {
    const oldest = Date.now() - DAYS_KEPT * 86400000;
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith('kept:') && !(this.read(key)?.at > oldest)) localStorage.removeItem(key);
      }
    } catch {
      // As above.
    }
  },
};

function controls(form) {
  return [...form.elements].filter(
    (one) => one.name && !one.disabled && !['hidden', 'password', 'file', 'submit', 'button'].includes(one.type),
  );
}

function values(form) {
  const found = {};
  for (const one of controls(form)) {
    found[one.name] ??= [];
    if (one.type === 'radio' || one.type === 'checkbox') {
      if (one.checked) found[one.name].push(one.value);
    } else {
      // Browsers and servers end lines differently; that is no difference in what was typed.
      found[one.name].push(one.value.replace(/\r\n?/g, '\n'));
    }
  }
  return found;
}

function fill(form, kept) {
  const left = structuredClone(kept);
  for (const one of controls(form)) {
    if (!(one.name in left)) continue;
    if (one.type === 'radio' || one.type === 'checkbox') one.checked = left[one.name].includes(one.value);
    else one.value = left[one.name].shift() ?? one.value;
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function watch(form) {
  const key = `kept:${form.dataset.keep}`;
  const sends = 'send' in form.dataset;
  const words = {
    server: form.dataset.savedServer,
    device: form.dataset.savedDevice,
    nowhere: form.dataset.savedNowhere,
  };
  let base = values(form);
  let timer = 0;
  let last = null;

  function say(state, control = last) {
    const place = control?.closest('.field, fieldset') ?? form;
    let line = place.querySelector('.saved') ?? form.querySelector('.saved[data-whole]');
    if (!line) {
      line = document.createElement('p');
      line.className = 'saved';
      line.setAttribute('role', 'status');
      place.append(line);
    }
    line.dataset.state = state;
    line.textContent = words[state];
  }

  async function send() {
    const sent = values(form);
    if (same(sent, base)) return;
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.action, {
        method: 'POST', body, redirect: 'manual', headers: { 'X-Kept': 'ask' },
      });
      if (answer.status === 401) {
        // Signed out. It stays on this device, and goes out once one has signed in elsewhere.
        say('device');
        timer = setTimeout(send, RETRY);
        return;
      }
      if (answer.type !== 'opaqueredirect' && answer.status !== 204) return;
    } catch {
      timer = setTimeout(send, RETRY);
      return;
    }
    // The next deed is another one, and must not be taken for a repetition of this.
    const field = form.elements.namedItem('client_key');
    if (field) field.value = freshKey();
    base = sent;
    if (same(values(form), sent)) {
      store.drop(key);
      say('server');
    } else {
      timer = setTimeout(send, PAUSE);
    }
  }

  function changed(event) {
    last = event.target;
    const now = values(form);
    clearTimeout(timer);
    if (same(now, base)) {
      store.drop(key);
      say('server');
      return;
    }
    say(store.write(key, { base, values: now, at: Date.now() }) ? 'device' : 'nowhere');
    if (sends) timer = setTimeout(send, PAUSE);
  }

  function putBack(draft) {
    fill(form, draft.values);
    const differs = controls(form).find((one) => !same(draft.base[one.name], draft.values[one.name]));
    say('device', differs);
    if (sends) timer = setTimeout(send, PAUSE);
  }

  const draft = store.read(key);
  if (draft && same(draft.values, base)) store.drop(key);
  else if (draft && same(draft.base, base)) putBack(draft);
  else if (draft) {
    const offer = document.createElement('button');
    offer.type = 'button';
    offer.className = 'second';
    offer.textContent = form.dataset.putBack;
    offer.addEventListener('click', () => {
      putBack(draft);
      offer.remove();
    });
    form.prepend(offer);
  }

  form.addEventListener('input', changed);
  form.addEventListener('submit', () => clearTimeout(timer));
  if (sends) window.addEventListener('online', send);
}

store.tidy();
document.querySelectorAll('form[data-keep]').forEach(watch);
