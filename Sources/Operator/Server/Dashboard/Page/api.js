// How the page asks the API, and what is kept for it: the token, and the operator's clock.
"use strict";

/** The token of this tab: gone with it, and never in an address. */
const session = {
  get token() { return sessionStorage.getItem("presage-token") ?? ""; },
  set token(token) { token ? sessionStorage.setItem("presage-token", token) : sessionStorage.removeItem("presage-token"); },
};

/** How far the operator's clock is ahead of this one's, milliseconds: what happened there is told by its clock. */
let skew = 0;

/** An answer that is an error: what the API says, or why there was no answer. */
class Refusal extends Error {
  constructor(status, reason, message, wait = null) {
    super(message);
    this.status = status;
    this.reason = reason;
    /** In how many seconds to ask again, where that was said. */
    this.wait = wait;
  }
}

/**
 * Asks the API for "json" or "text"; relative, so that the page works behind any path. With the tag of what is there already the
 * answer is null where it is still the same. The browser keeps nothing by itself: it would outlast the tab.
 */
async function ask(path, kind, signal, known = {}) {
  const headers = session.token ? { Authorization: `Bearer ${session.token}` } : {};
  if (known.tag) headers["If-None-Match"] = known.tag;
  let answer;
  try {
    answer = await fetch(path, { headers, signal, cache: "no-store" });
    const time = Date.parse(answer.headers.get("Date"));
    // A header has whole seconds, and an answer takes its time.
    skew = Math.abs(time - Date.now()) > 5_000 ? time - Date.now() : 0;
    if (answer.status === 304 && known.tag) return null;
    if (answer.ok) {
      const said = await answer[kind]();
      known.tag = answer.headers.get("ETag");
      return said;
    }
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (error instanceof SyntaxError) throw new Refusal(0, "InvalidAnswer", "What answers is not the operator, but a login page perhaps.");
    throw new Refusal(0, "NoAnswer", "The operator does not answer; what is shown is from before.");
  }
  const error = await answer.json().then((body) => body.error, () => null);
  if (answer.status === 429) {
    const wait = Math.min(60, Math.max(1, Number.parseInt(answer.headers.get("Retry-After"), 10) || 10));
    throw new Refusal(429, error?.reason ?? "", `The operator has much to do; it is asked again in ${wait} seconds.`, wait);
  }
  throw new Refusal(answer.status, error?.reason ?? "", error?.message ?? `The answer was ${answer.status}.`);
}

/** Parameters of a path, those that say something; spaces are %20, for a plus sign would be one. */
function query(parameters) {
  const said = Object.entries(parameters).filter(([, value]) => value !== "");
  return `?${said.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
