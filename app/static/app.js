/* Comfort on top of pages that work without it: nothing here is needed to find a course,
   take a place or mark attendance. Pages ask for it by data- attributes. */
"use strict";

(() => {
  const WAIT = 250;
  const LEAST = 2;
  const RESEND = 4000;
  const live = document.getElementById("live");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const say = (text) => {
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 100);
  };

  let words = null;
  const wordsFrom = async (element) => { words = words || await import(element.dataset.words); };

  /* Suggestions. Phones keep a whole Vietnamese syllable composing, so this listens while composing
     and never touches what is being typed. */

  const combobox = (input, index) => {
    const list = document.createElement("ul");
    const box = document.createElement("span");
    const target = document.getElementById(input.dataset.suggestFor);
    let items = [];
    let active = -1;
    let composing = false;
    let timer = 0;
    let request = null;

    const show = (found) => {
      items = found;
      active = -1;
      list.replaceChildren(...found.map((item, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = item.label;
        option.lang = item.lang || "";
        if (item.note) {
          const note = document.createElement("small");
          note.textContent = item.note;
          option.append(" ", note);
        }
        return option;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      input.removeAttribute("aria-activedescendant");
    };

    const close = () => {
      clearTimeout(timer);
      if (request) request.abort();
      show([]);
    };

    const move = (step) => {
      const options = list.children;
      if (active >= 0) options[active].setAttribute("aria-selected", "false");
      active = (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length;
      options[active].setAttribute("aria-selected", "true");
      options[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].id);
    };

    const before = (typed, known = []) => (words && input.dataset.words ? words.offer(input.dataset, typed, known) : known);

    const choose = (item) => {
      if (item.act) {
        item.act();
        close();
        say(item.label);
        return;
      }
      if (item.url) {
        location.assign(item.url);
        return;
      }
      if (composing) input.blur();
      close();
      input.value = target ? item.label : item.value;
      if (target) target.value = item.value;
      input.focus();
      if (input.type === "search" && !target) input.form.requestSubmit();
    };

    const ask = async () => {
      const typed = input.value.trim().normalize("NFC");
      if (request) request.abort();
      if ([...typed].length < LEAST) {
        show(typed ? [] : before(""));
        return;
      }
      const mine = new AbortController();
      request = mine;
      try {
        const url = new URL(input.dataset.suggest, location.href);
        url.searchParams.set("q", typed);
        const answer = await fetch(url, { signal: mine.signal, headers: { Accept: "application/json" } });
        const known = answer.ok ? await answer.json() : [];
        const found = before(typed, known);
        if (request !== mine || document.activeElement !== input) return;
        show(found);
        const { none, one, many } = live.dataset;
        say([none, one][found.length] || many.replace("{n}", found.length));
      } catch {
        if (request === mine) show([]);
      }
    };

    const keys = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Escape: close,
      Enter: () => choose(items[active]),
    };

    list.id = `suggestions-${index}`;
    list.className = "options";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent.trim() || input.name);
    box.className = "combo";
    const typing = document.activeElement === input;
    input.replaceWith(box);
    box.append(input, list);
    if (typing) input.focus();
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; });
    input.addEventListener("input", () => {
      if (target) target.value = "";
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229 || list.hidden || !keys[event.key]) return;
      if (event.key === "Enter" && active < 0) return;
      event.preventDefault();
      keys[event.key]();
    });
    if (input.dataset.words) {
      input.addEventListener("focus", async () => {
        await wordsFrom(input);
        if (document.activeElement === input && !input.value && list.hidden) show(before(""));
      });
    }
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) choose(items[[...list.children].indexOf(option)]);
    });
  };

  /* Forms */

  const focusErrors = () => {
    const summary = document.querySelector("[data-focus]");
    if (summary) {
      summary.focus();
      // So that Back to this answer opens the page again and does not ask to send the form again.
      history.replaceState(null, "");
    }
    all(".error-summary a").forEach((link) => link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest(".field") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    }));
  };

  const sent = new WeakMap();

  const guardAgainstDoubleTap = (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (words) all("[data-words]", form).forEach((input) => input.form && words.keep(input));
    if (form.method !== "post") return;
    if (form.action.endsWith("/sign-out") && localStorage.searched !== "false") delete localStorage.searched;
    if (/\/sign-(in|out)$/.test(new URL(form.action).pathname) && self.caches) caches.delete("class-lists");
    if (Date.now() - (sent.get(form) || 0) < RESEND) event.preventDefault();
    else sent.set(form, Date.now());
  };

  const forget = (event) => {
    if (event.persisted) all("form").forEach((form) => sent.delete(form));
  };

  /* Buttons that only make sense with a script start hidden */

  const acts = {
    print: () => window.print(),
    copy: async (button) => {
      await navigator.clipboard.writeText(button.dataset.copy || location.href);
      button.textContent = live.dataset.copied;
      say(live.dataset.copied);
    },
    allPresent: (button) => {
      all("input[data-present]", button.form || document).forEach((input) => { input.checked = true; });
      say(button.textContent);
    },
    position: async (button) => {
      const field = document.getElementById(button.dataset.position);
      await wordsFrom(field.form.querySelector("[data-words]"));
      words.position(button, field, say);
    },
    keepWords: (button) => words.change(button, say),
    reveal: (button) => {
      const input = document.getElementById(button.dataset.reveal);
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.setAttribute("aria-pressed", String(hidden));
    },
  };

  const wake = (name, selector) => all(selector).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => acts[name](button));
  });

  const openFiltersBesideResults = () => all("[data-filter]").forEach((panel) => {
    if (panel.offsetWidth < innerWidth * 0.6) panel.open = true;
  });

  const nameScrollingTables = () => all(".table").forEach((box) => {
    if (box.scrollWidth <= box.clientWidth) return;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.querySelector("caption").textContent.trim());
  });

  const openForPrint = () => all("details:not([open])").forEach((part) => { part.open = true; });

  all("input[data-suggest]").forEach(combobox);
  focusErrors();
  openFiltersBesideResults();
  nameScrollingTables();
  wake("print", "[data-print]");
  if (navigator.clipboard) wake("copy", "[data-copy]");
  wake("allPresent", "[data-all-present]");
  wake("reveal", "[data-reveal]");
  if (navigator.geolocation) wake("position", "[data-position]");
  all("[data-keep-words]").forEach(async (button) => {
    await wordsFrom(button);
    words.show(button);
  });
  wake("keepWords", "[data-keep-words]");
  document.addEventListener("submit", guardAgainstDoubleTap);
  addEventListener("pageshow", forget);
  addEventListener("beforeprint", openForPrint);
})();
