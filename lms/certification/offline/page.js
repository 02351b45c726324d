// What the page does: read what was typed, ask the verifier, and say the answer in words.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const roots = data.root ? verifier.keys([data.root]) : null;
  let keys = verifier.keys(data.keys); // those that may have signed a certificate
  let believed = keys; // those whose lists count
  let listed = null; // what the root says of them, if there is one
  const by = (id) => document.getElementById(id);
  let language = (navigator.languages || []).map((one) => one.slice(0, 2)).find((one) => data.words[one]) || "en";
  let say = () => {};
  let carried = null; // the list that came with the page

  const words = (name) => data.words[language][name];
  const filled = (name, facts) => words(name).replace(/\{(\w+)\}/g, (_, key) => facts[key]);
  function made(kind, text) {
    const found = document.createElement(kind);
    found.textContent = text;
    return found;
  }

  const date = (moment) => new Date(moment * 1000).toISOString().slice(0, 10);

  function speak() {
    document.documentElement.lang = language;
    document.title = words("title");
    for (const place of document.querySelectorAll("[data-say]")) place.textContent = words(place.dataset.say);
    for (const button of by("languages").children) {
      button.setAttribute("aria-pressed", String(button.lang === language));
    }
    by("keys").textContent = [...believed.keys()].join(", ");
    if (roots) by("root-says").textContent = filled("root_says", { root: [...roots.keys()][0], day: listed ? date(listed.signed_at) : "–" });
    by("list-says").textContent = carried
      ? filled("list_of", { day: date(carried.issued_at), number: carried.number })
      : words("no_list");
    say();
  }

  for (const [code, name] of Object.entries(data.languages)) {
    const button = made("button", name);
    button.type = "button";
    button.lang = code;
    button.addEventListener("click", () => {
      language = code;
      speak();
    });
    by("languages").append(button);
  }

  const newest = (found) => found.sort((a, b) => b.number - a.number)[0] || null;

  async function lists() {
    const texts = data.list ? [data.list] : [];
    const ofKeys = data.key_list ? [data.key_list] : [];
    for (const file of by("list").files) {
      const text = await file.text();
      (roots && text.toUpperCase().includes("OBK1:") ? ofKeys : texts).push(text);
    }
    if (roots) {
      const signed = [];
      for (const text of ofKeys) signed.push(await verifier.typedKeyList(text, roots));
      listed = newest(signed);
      keys = listed.keys;
      believed = listed.believed;
    }
    const found = [];
    for (const text of texts) {
      try {
        found.push(await verifier.typedList(text, believed));
      } catch (problem) {
        // The list that came with the page may be signed by a key that was withdrawn since.
        if (text !== data.list || !(problem instanceof verifier.Refused)) throw problem;
      }
    }
    return newest(found);
  }

  function notice(look, title, text) {
    const box = document.createElement("div");
    box.className = look;
    box.append(made("h2", title));
    if (text) box.append(made("p", text));
    return box;
  }

  function shown(claims) {
    const list = document.createElement("dl");
    const facts = {
      serial: claims.serial.replace(/^(.{6})(.{5})(.{5})(.{5})/, "$1-$2-$3-$4-"),
      programme: claims.programme,
      level: claims.level === 9 ? "P" : claims.level,
      purpose: words(`purpose_${claims.purpose}`),
      election: claims.election_on,
      language: data.languages[claims.language],
      issued: claims.issued_on,
      until: claims.valid_until,
      content: claims.release,
      key: claims.key,
    };
    for (const [name, value] of Object.entries(facts)) {
      if (value !== null) list.append(made("dt", words(`fact_${name}`)), made("dd", String(value)));
    }
    return list;
  }

  const LOOKS = { valid: "good", expired: "attention", "not-yet": "attention", listed: "stop" };

  function answer(claims, newest, fits) {
    const today = new Date().toISOString().slice(0, 10);
    const found = verifier.status(claims, newest, today);
    const parts = [notice(LOOKS[found], words(`status_${found}`), filled(`text_${found}`, { day: today }))];
    if (fits !== null) parts.push(notice(fits ? "good" : "stop", words(fits ? "name_fits" : "name_differs")));
    if (!newest || !newest.covers.includes(claims.key)) {
      parts.push(notice("attention", words("no_list")));
    } else if (Date.now() / 1000 - newest.issued_at > 7 * 86400 || date(newest.issued_at) < claims.issued_on) {
      parts.push(notice("attention", filled("old_list", { day: date(newest.issued_at) })));
    }
    return [...parts, made("p", words("compare")), shown(claims)];
  }

  async function check(event) {
    event.preventDefault();
    let parts = () => [];
    try {
      const newest = await lists();
      const claims = await verifier.typedToken(by("token").value, keys);
      if (listed) verifier.mustAccept(claims, listed);
      const name = by("name").value;
      const fits = name.trim() ? verifier.names(claims, name) : null;
      parts = () => answer(claims, newest, fits);
    } catch (problem) {
      if (!(problem instanceof verifier.Refused)) throw problem;
      const known = problem.message === "withdrawn" || problem.message === "days";
      parts = () => [notice("stop", words("status_unknown"), words(known ? "text_withdrawn" : "text_unknown"))];
    }
    say = () => by("answer").replaceChildren(...parts());
    say();
    by("answer").focus();
  }

  by("check").addEventListener("submit", check);
  speak();
  lists().then((found) => {
    carried = found;
    speak();
  });
})();
