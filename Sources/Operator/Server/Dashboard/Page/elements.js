// Makes elements, and puts them in their places so that a reader is not disturbed.
"use strict";

const element = (id) => document.getElementById(id);

/** A new element with text or elements in it. */
function make(name, content = [], attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...[content].flat().filter((part) => part !== null && part !== undefined && part !== ""));
  return made;
}

/** Puts elements in a place, unless they are there already: what a person has marked or reached by keyboard stays so. */
function fill(place, ...content) {
  const made = document.createElement(place.tagName);
  made.append(...content);
  if (made.innerHTML === place.innerHTML) return;
  const stops = () => [...place.querySelectorAll("a, button")];
  const reached = document.activeElement;
  const index = stops().indexOf(reached);
  place.replaceChildren(...made.childNodes);
  if (index < 0) return;
  // The same link, which may stand elsewhere now, or else what stands in its place.
  const again = stops().find((stop) => reached.href && stop.href === reached.href) ?? stops()[index];
  again?.focus({ preventScroll: true });
}

/** Puts words in a place, where they are others: a screen reader says them again each time. */
function say(id, words) {
  if (element(id).textContent !== words) element(id).textContent = words;
}

const cell = (content, kind) => make("td", content, kind ? { class: kind } : {});

function toggle(name, isOn, act) {
  const button = make("button", name, { type: "button", "aria-pressed": String(isOn) });
  button.addEventListener("click", act);
  return button;
}
