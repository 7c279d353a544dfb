/* Words that were searched for: in this browser only, until they are cleared or nobody wants them;
   and where the reader is, if asked. Loaded when somebody goes to the search box. */

const NAME = "searched";
const MOST = 5;

export const store = (words) => {
  try { localStorage.setItem(NAME, JSON.stringify(words)); } catch { /* full, or not allowed */ }
};

export const searched = () => {
  try {
    const words = JSON.parse(localStorage.getItem(NAME));
    return words === false ? false : [].concat(words || []).filter((word) => typeof word === "string");
  } catch {
    return [];
  }
};

export const keep = (input) => {
  const words = input.value.trim().normalize("NFC");
  const before = searched();
  if (words && before) store([words, ...before.filter((word) => word !== words)].slice(0, MOST));
};

/* Own words before what the server knows; the same again is left out there. */
export const offer = ({ searched: note, clear, never }, typed, known) => {
  const words = searched() || [];
  const items = words.map((word) => ({ label: word, value: word, note }));
  const start = typed.toLowerCase();
  if (start) {
    const mine = items.filter((item) => item.label.toLowerCase().startsWith(start)).slice(0, 2);
    const labels = new Set(mine.map((item) => item.label.toLowerCase()));
    return [...mine, ...known.filter((item) => item.url || !labels.has(item.label.toLowerCase()))];
  }
  return words.length ? [
    ...items,
    { label: clear, act: () => store([]) },
    { label: never, act: () => store(false) },
  ] : [];
};

const name = (button) => {
  button.textContent = searched() ? button.dataset.off : button.dataset.on;
};

export const show = (button) => {
  name(button);
  button.closest("section").hidden = false;
};

export const change = (button, say) => {
  store(searched() ? false : []);
  name(button);
  say(button.textContent);
};

export const position = (button, field, say) => {
  const rounded = ({ coords }) => [coords.latitude, coords.longitude].map((at) => at.toFixed(2)).join(", ");
  const fail = () => {
    button.textContent = button.dataset.failed;
    say(button.dataset.failed);
    field.focus();
  };
  navigator.geolocation.getCurrentPosition((found) => {
    field.value = rounded(found);
    field.form.requestSubmit();
  }, fail, { timeout: 10000, maximumAge: 600000 });
};
