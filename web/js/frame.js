// The lab within another page: the messages by which that page may speak with it. docs/guide/src/messages.md tells the protocol.
//
// Whoever embeds the lab is nobody whom the lab knows. So a message counts only if it comes from the window that holds this frame, and
// from an origin that the frame's own address allows (`origin=`, by default the lab's own); it must be of a known shape, and small. All
// else changes nothing. Requests are handed to the page one after the other, as strings.
//
// The study's worker loads this as well, where there is no document: nothing is done before `listen`.

const VERSIONS = [1];
const TEXT_MAX = 65536;
const WAITING_MAX = 100;
const MISSED_MAX = 20;
const HELLO_MS = 500;
const HELLOS = 40;
const THEMES = ["light", "dark", "contrast", "system"];

let port = null;
let state = null;
let busy = null;
let waiting = [];
let missed = [];
let heard = null;

const post = (message) => port?.postMessage(message);

function refuse(id, code, message) {
  post({ id, error: { code, message } });
}

// What a request says, as [kind, name, text]; or [code, message] if it says nothing that is understood.
function read(data) {
  const text = (value, otherwise) => (value === undefined ? otherwise : typeof value === "string" ? value : null);
  let asked;
  switch (data.kind) {
    case "load": {
      const given = ["scenario", "src", "script"].filter((name) => data[name] !== undefined);
      if (given.length !== 1) return ["malformed", "load wants one of scenario, src and script"];
      asked = [data.kind, given[0], text(data[given[0]], null)];
      break;
    }
    case "execute":
      asked = [data.kind, text(data.session, "ops"), text(data.statement, null)];
      break;
    case "recover":
      asked = [data.kind, "", text(data.target, "")];
      break;
    case "seek":
      asked = [data.kind, "", Number.isSafeInteger(data.to) ? `${data.to}` : text(data.to, null)];
      break;
    case "state":
    case "digest":
      asked = [data.kind, "", ""];
      break;
    case "theme":
      if (!THEMES.includes(data.theme)) return ["malformed", `theme is one of ${THEMES.join(", ")}`];
      return [data.kind, "", data.theme];
    default:
      return ["unknown_kind", "kind is one of load, execute, recover, seek, state, digest, theme"];
  }
  if (asked.includes(null)) return ["malformed", `${data.kind} wants texts`];
  if (asked.some((part) => part.length > TEXT_MAX)) return ["too_large", `a text may have ${TEXT_MAX} characters`];
  return asked;
}

function wear(theme) {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.dispatchEvent(new Event("pitr-theme"));
}

function take(data) {
  const id = data?.id;
  if (!Number.isSafeInteger(id)) return refuse(null, "malformed", "a request is an object with a number as its id");
  const asked = read(data);
  if (asked.length === 2) return refuse(id, ...asked);
  if (asked[0] === "theme") {
    wear(asked[2]);
    return post({ id, value: null });
  }
  if (waiting.length >= WAITING_MAX) return refuse(id, "busy", "too many requests wait for their answers");
  waiting.push([id, ...asked]);
  next();
}

// Nothing is done before the page is ready.
function next() {
  if (busy !== null || !state || waiting.length === 0) return;
  const [id, kind, name, text] = waiting.shift();
  busy = id;
  heard(kind, name, text);
}

// The answer to the request that was handed over last.
export function answer(value) {
  post({ id: busy, value });
  busy = null;
  queueMicrotask(next);
}

export function deny(code, message) {
  refuse(busy, code, message);
  busy = null;
  queueMicrotask(next);
}

export function tell(event, detail) {
  if (event === "ready") state = detail;
  // What the address cannot have is kept for whoever connects.
  if (event === "error" && !port && missed.length < MISSED_MAX) missed.push(detail);
  post({ event, detail });
  if (event === "ready") next();
}

// Where the page stands, as a link: what the element needs to put another frame in the place of one that was let go.
export function linked(link) {
  post({ event: "link", detail: { link } });
}

function allowed() {
  const named = new URLSearchParams(location.search).getAll("origin");
  return named.length > 0 ? named : [location.origin];
}

function connect({ source, origin, data, ports }) {
  // On a window any page may say anything: what is not for us is not answered either.
  if (source !== window.parent || data?.pitr !== "connect" || ports.length !== 1) return;
  if (!allowed().includes(origin)) return;
  const [offered] = ports;
  const why = !VERSIONS.includes(data.version)
    ? { code: "version", message: `this lab speaks version ${VERSIONS}` }
    : port && { code: "connected", message: "somebody speaks with this lab already" };
  if (why) {
    offered.postMessage({ id: null, error: why });
    return offered.close();
  }
  port = offered;
  port.onmessage = ({ data }) => take(data);
  post({ event: "connected", detail: { version: data.version } });
  missed.splice(0).forEach((detail) => post({ event: "error", detail }));
  if (state) post({ event: "ready", detail: state });
  linked(location.hash.slice(1));
  report();
}

let told = 0;

function report() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (!port || height === told) return;
  told = height;
  post({ event: "height", detail: { height } });
}

// A browser that brings something into sight scrolls the pages around as well, and one that gives something the keyboard takes it from them.
// So the one stays within this page, and the other waits until somebody has come here.
export function keepToItself() {
  Element.prototype.scrollIntoView = function () {
    scrollTo({ top: this.getBoundingClientRect().top + scrollY - 12 });
  };
  const focus = HTMLElement.prototype.focus;
  HTMLElement.prototype.focus = function (options) {
    if (document.hasFocus()) focus.call(this, options);
  };
}

// Begins to listen; requests go to `hear(kind, name, text)`. Nothing, unless this is a frame.
export function listen(hear) {
  heard = hear;
  if (window.parent === window) return;
  window.addEventListener("message", connect);
  new ResizeObserver(report).observe(document.body);
  // The host's script may come later than we do, so this is said again and again, to those only who are allowed.
  const around = location.ancestorOrigins?.[0];
  const greeted = allowed().filter((origin) => !around || origin === around);
  const hello = () => greeted.forEach((origin) => {
    try {
      window.parent.postMessage({ pitr: "hello", versions: VERSIONS }, origin === "null" ? "*" : origin);
    } catch {
      // It is no origin: nobody is there to be greeted.
    }
  });
  let said = 0;
  const again = setInterval(() => {
    if (port || ++said > HELLOS) clearInterval(again);
    else hello();
  }, HELLO_MS);
  hello();
}
