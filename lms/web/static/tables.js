// A table whose rows are all on the page is sorted where it stands; its headings remain links, so
// without this file the server sorts. A cell may carry its sorting value in data-value. A long one can
// also be narrowed to the rows that hold some words, and every page with a table can be printed.

const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

const valueOf = (row, column) => {
  const cell = row.cells[column];
  return cell?.dataset.value ?? cell?.textContent.trim() ?? '';
};

function compare(one, other) {
  const numbers = [one, other].map((text) => Number(text.replace(/[\s%\u00a0]/g, '').replace(',', '.')));
  return numbers.some(Number.isNaN) ? order.compare(one, other) : numbers[0] - numbers[1];
}

function sort(table, heading) {
  const up = heading.getAttribute('aria-sort') !== 'ascending';
  for (const other of heading.parentElement.cells) other.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', up ? 'ascending' : 'descending');
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [valueOf(row, heading.cellIndex), row]);
  const empty = (text) => text === '' || text.startsWith('–');
  // What is not known sorts last, whichever way the table is turned.
  rows.sort(([one], [other]) => {
    if (empty(one) || empty(other)) return empty(one) - empty(other);
    return up ? compare(one, other) : compare(other, one);
  });
  body.append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll('table[data-complete]')) {
  table.tHead.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-sort]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sort(table, link.closest('th'));
  });
}

const LONG = 8; // rows; a shorter table is seen at once

function narrow(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < LONG) return;
  const input = Object.assign(document.createElement('input'), { type: 'search', autocomplete: 'off' });
  input.id = `f-narrow-${[...document.querySelectorAll('table')].indexOf(table)}`;
  const label = Object.assign(document.createElement('label'), { htmlFor: input.id, textContent: table.dataset.narrow });
  const told = document.createElement('p');
  told.className = 'small soft';
  told.setAttribute('role', 'status');
  const place = document.createElement('div');
  place.className = 'filters field short';
  place.append(label, input, told);
  table.closest('.scroll').before(place);
  input.addEventListener('input', () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      left += row.hidden ? 0 : 1;
    }
    told.textContent = words.length ? `${left} / ${rows.length}` : '';
  });
}

document.querySelectorAll('table[data-complete]').forEach(narrow);
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
