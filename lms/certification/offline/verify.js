// Checks a certificate's token and a revocation list with nothing but a public key: no network, no
// storage. The format is written down in docs/certificates.md. The same file runs in the page that
// people take away and, for the tests, in Node. Everything is refused that is not exactly right.
"use strict";

const verifier = (() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const TOKEN = "OBS1:";
  const LIST = "OBL1:";
  const KEYS = "OBK1:";
  const PLACES = 131072;
  const DAY = 86400000;
  const DAY_ZERO = Date.UTC(2020, 0, 1);
  const utf8 = new TextEncoder();

  class Refused extends Error {}
  const refuse = (reason) => {
    throw new Refused(reason);
  };
  const join = (...parts) => {
    const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      found.set(part, at);
      at += part.length;
    }
    return found;
  };
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

  function decode45(text) {
    if (text.length % 3 === 1) refuse("format");
    const found = [];
    for (let at = 0; at < text.length; at += 3) {
      const signs = text.slice(at, at + 3);
      let value = 0;
      for (let place = signs.length - 1; place >= 0; place -= 1) {
        const digit = ALPHABET.indexOf(signs[place]);
        if (digit < 0) refuse("format");
        value = value * 45 + digit;
      }
      if (value > (signs.length === 3 ? 0xffff : 0xff)) refuse("format");
      if (signs.length === 3) found.push(value >> 8);
      found.push(value & 0xff);
    }
    return Uint8Array.from(found);
  }

  // --- the little of CBOR that is needed, in its one deterministic way ---------------------------

  function read(bytes) {
    let at = 0;
    const take = (count) => {
      if (at + count > bytes.length) refuse("claims");
      at += count;
      return bytes.subarray(at - count, at);
    };
    function head() {
      const first = take(1)[0];
      const short = first & 31;
      if (short < 24) return [first >> 5, short];
      const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short] || refuse("claims");
      const value = take(size).reduce((sum, byte) => sum * 256 + byte, 0);
      const least = { 1: 24, 2: 256, 4: 65536, 8: 4294967296 }[size];
      if (value < least || value > Number.MAX_SAFE_INTEGER) refuse("claims");
      return [first >> 5, value];
    }
    function item(depth) {
      const [kind, size] = head();
      if (depth > 3) refuse("claims");
      if (kind === 0) return size;
      if (kind === 2) return take(size).slice();
      if (kind === 3) {
        try {
          return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(size));
        } catch {
          return refuse("claims");
        }
      }
      if (kind === 4) return Array.from({ length: Math.min(size, bytes.length) }, () => item(depth + 1));
      if (kind !== 5) return refuse("claims");
      const found = new Map();
      let last = -1;
      for (let count = 0; count < size; count += 1) {
        const key = item(depth + 1);
        // Keys are small whole numbers; ascending means that none comes twice.
        if (typeof key !== "number" || key <= last) refuse("claims");
        last = key;
        found.set(key, item(depth + 1));
      }
      return found;
    }
    const found = item(0);
    if (at !== bytes.length || !(found instanceof Map)) refuse("claims");
    return found;
  }

  // --- Ed25519 (RFC 8032), for browsers that have none of their own ------------------------------

  const P = 2n ** 255n - 19n;
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (value, by = P) => ((value % by) + by) % by;
  function power(base, exponent) {
    let found = 1n;
    for (let left = exponent, square = mod(base); left > 0n; left >>= 1n) {
      if (left & 1n) found = mod(found * square);
      square = mod(square * square);
    }
    return found;
  }
  const inverse = (value) => power(value, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT = power(2n, (P - 1n) / 4n);
  const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = mod((y1 - x1) * (y2 - x2));
    const b = mod((y1 + x1) * (y2 + x2));
    const c = mod(2n * t1 * t2 * D);
    const d = mod(2n * z1 * z2);
    const [e, f, g, h] = [b - a, d - c, d + c, b + a];
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(scalar, point) {
    let found = [0n, 1n, 1n, 0n];
    for (let left = scalar, double = point; left > 0n; left >>= 1n) {
      if (left & 1n) found = add(found, double);
      double = add(double, double);
    }
    return found;
  }
  function point(bytes) {
    const encoded = little(bytes);
    const y = encoded & (2n ** 255n - 1n);
    if (y >= P) return null;
    const u = mod(y * y - 1n);
    const v = mod(D * y * y + 1n);
    let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
    if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT);
    if (mod(v * x * x) !== u) return null;
    const odd = encoded >> 255n;
    if (x === 0n && odd === 1n) return null;
    if ((x & 1n) !== odd) x = mod(-x);
    return [x, y, 1n, mod(x * y)];
  }
  const BASE = point(Uint8Array.from([0x58, ...new Array(31).fill(0x66)]));
  const equal = ([x1, y1, z1], [x2, y2, z2]) =>
    mod(x1 * z2 - x2 * z1) === 0n && mod(y1 * z2 - y2 * z1) === 0n;

  async function ownEd25519(key, signature, message) {
    const [a, r, s] = [point(key), point(signature.subarray(0, 32)), little(signature.subarray(32))];
    if (!a || !r || s >= L) return false;
    const k = mod(little(sha.sha512(join(signature.subarray(0, 32), key, message))), L);
    return equal(times(s, BASE), add(r, times(k, a)));
  }

  async function theirEd25519(key, signature, message) {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  }

  let chosen = null;
  async function ed25519(key, signature, message) {
    if (chosen === null) {
      try {
        await theirEd25519(key, signature, message);
        chosen = theirEd25519;
      } catch {
        chosen = ownEd25519;
      }
    }
    return chosen(key, signature, message);
  }

  // --- signed texts --------------------------------------------------------------------------------

  async function opened(prefix, text, keys, longest) {
    if (text.length > longest || !text.startsWith(prefix)) refuse("format");
    const signed = decode45(text.slice(prefix.length));
    if (signed.length <= 68) refuse("format");
    const body = signed.subarray(0, -64);
    const id = hex(body.subarray(-4));
    const key = keys.get(id) || refuse("key");
    if (!(await ed25519(key, signed.slice(-64), join(utf8.encode(prefix), body)))) refuse("signature");
    return [read(body.slice(0, -4)), id];
  }

  const whole = (value, low, high) =>
    Number.isInteger(value) && value >= low && value <= high ? value : refuse("claims");
  const bytes = (value, size) =>
    value instanceof Uint8Array && value.length === size ? value : refuse("claims");
  const day = (days) => new Date(DAY_ZERO + days * DAY).toISOString().slice(0, 10);

  async function token(text, keys) {
    const [found, id] = await opened(TOKEN, text, keys, 300);
    const programme = found.get(2);
    if (typeof programme !== "string" || programme.length > 32) refuse("claims");
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(programme)) refuse("claims");
    const purpose = whole(found.get(4), 0, 1);
    if (found.size !== 11 + purpose || found.has(12) !== (purpose === 1)) refuse("claims");
    const issued = whole(found.get(6), 0, 2900000);
    const claims = {
      serial: serial(bytes(found.get(1), 16)),
      programme,
      level: whole(found.get(3), 1, 9),
      purpose: ["training", "deployment"][purpose],
      language: ["en", "ru", "kk"][whole(found.get(5), 0, 2)],
      issued_on: day(issued),
      valid_until: day(whole(found.get(7), issued, issued + 1830)),
      status_index: whole(found.get(8), 0, PLACES - 1),
      release: hex(bytes(found.get(9), 12)),
      name_salt: hex(bytes(found.get(10), 16)),
      name_hash: hex(bytes(found.get(11), 16)),
      election_on: purpose ? day(whole(found.get(12), issued, issued + 1830)) : null,
      key: id,
      mark: hex(sha.sha256(utf8.encode(text)).subarray(0, 12)),
    };
    return claims;
  }

  // --- keys under a root -----------------------------------------------------------------------

  const AROUND = 90; // days by which a certificate may begin before and after its key signs

  function listedKey(entry) {
    if (!Array.isArray(entry) || entry.length !== 5) refuse("claims");
    const first = whole(entry[1], 0, 2900000);
    const marks = entry[4] instanceof Uint8Array && entry[4].length % 12 === 0 ? hex(entry[4]) : refuse("claims");
    const vouched = marks.match(/.{24}/g) || [];
    const withdrawn = whole(entry[3], 0, 1) === 1;
    if (vouched.some((one, at) => at > 0 && one <= vouched[at - 1])) refuse("claims");
    if (vouched.length > 0 && !withdrawn) refuse("claims");
    return {
      key: bytes(entry[0], 32),
      first: day(Math.max(0, first - AROUND)),
      last: day(whole(entry[2], first, 2900000) + AROUND),
      withdrawn,
      vouched: new Set(vouched),
    };
  }

  // The list of keys that a root has signed: all of them, and those whose lists are believed.
  async function keyList(text, roots) {
    const [found] = await opened(KEYS, text, roots, 4194304);
    const entries = found.get(3);
    if (found.size !== 3 || !Array.isArray(entries)) refuse("claims");
    const listed = entries.map(listedKey);
    const ids = listed.map((one) => hex(sha.sha256(one.key).subarray(0, 4)));
    if (ids.some((id, at) => at > 0 && id <= ids[at - 1])) refuse("claims");
    const pairs = (some) => new Map(some.map((one) => [ids[listed.indexOf(one)], one.key]));
    return {
      number: whole(found.get(1), 1, Number.MAX_SAFE_INTEGER),
      signed_at: whole(found.get(2), DAY_ZERO / 1000, 253402300799),
      keys: pairs(listed),
      believed: pairs(listed.filter((one) => !one.withdrawn)),
      entries: new Map(listed.map((one, at) => [ids[at], one])),
    };
  }

  // Whether the root stands for a token whose signature holds: a thief can date one as he likes.
  function mustAccept(claims, list) {
    const entry = list.entries.get(claims.key);
    if (entry.withdrawn && !entry.vouched.has(claims.mark)) refuse("withdrawn");
    if (claims.issued_on < entry.first || claims.issued_on > entry.last) refuse("days");
  }

  function serial(found) {
    const number = found.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const signs = Array.from({ length: 26 }, (_, at) => CROCKFORD[Number((number >> BigInt(5 * (25 - at))) & 31n)]);
    return signs.join("");
  }

  async function unzipped(packed) {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const reader = stream.getReader();
    const found = new Uint8Array(PLACES / 8);
    let size = 0;
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        if (size + part.value.length > found.length) refuse("claims");
        found.set(part.value, size);
        size += part.value.length;
      }
    } catch {
      refuse("claims");
    }
    return size === found.length ? found : refuse("claims");
  }

  async function list(text, keys) {
    const [found] = await opened(LIST, text, keys, 65536);
    const covers = found.get(3);
    if (found.size !== 4 || !Array.isArray(covers)) refuse("claims");
    const bits = await unzipped(found.get(4) instanceof Uint8Array ? found.get(4) : refuse("claims"));
    return {
      number: whole(found.get(1), 1, Number.MAX_SAFE_INTEGER),
      issued_at: whole(found.get(2), DAY_ZERO / 1000, 253402300799),
      covers: covers.map((id) => hex(bytes(id, 4))),
      has: (place) => Boolean(bits[place >> 3] & (0x80 >> (place & 7))),
    };
  }

  // What was typed, pasted or scanned, as it may have been before it was wrapped or cased.
  function readings(prefix, typed) {
    const lines = typed.toUpperCase().trim().split(/\r\n|[\n\r\v\f]/).map((line) => line.replace(/^[\r\n\t\v\f]+|[\r\n\t\v\f]+$/g, ""));
    const found = [lines.join(""), lines.join(" "), lines.map((line) => line.replaceAll(" ", "")).join("")];
    return found
      .filter((text) => text.includes(prefix))
      .map((text) => text.slice(text.indexOf(prefix)).replaceAll("_", " "));
  }

  async function typed(check, prefix, text, keys) {
    let problem = new Refused("format");
    for (const reading of readings(prefix, text)) {
      try {
        return await check(reading, keys);
      } catch (found) {
        if (!(found instanceof Refused)) throw found;
        problem = found;
      }
    }
    throw problem;
  }

  function names(claims, name) {
    const small = name.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("ё", "е");
    const single = small.split(/\s+/u).filter(Boolean).join(" ");
    const salt = Uint8Array.from(claims.name_salt.match(/../g), (pair) => parseInt(pair, 16));
    const hash = sha.sha256(join(salt, utf8.encode(single))).subarray(0, 16);
    return same(Array.from(hash), claims.name_hash.match(/../g).map((pair) => parseInt(pair, 16)));
  }

  // How a certificate stands on a day (YYYY-MM-DD), as far as can be told without a network.
  function status(claims, newest, on) {
    if (newest && newest.covers.includes(claims.key) && newest.has(claims.status_index)) return "listed";
    if (on < claims.issued_on) return "not-yet";
    return claims.valid_until < on ? "expired" : "valid";
  }

  return {
    Refused,
    token,
    list,
    keyList,
    mustAccept,
    typedKeyList: (text, roots) => typed(keyList, KEYS, text, roots),
    typedToken: (text, keys) => typed(token, TOKEN, text, keys),
    typedList: (text, keys) => typed(list, LIST, text, keys),
    names,
    status,
    keys: (found) =>
      new Map(
        found.map((text) => {
          const key = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
          return [hex(sha.sha256(key).subarray(0, 4)), key];
        }),
      ),
    useOwn: () => {
      chosen = ownEd25519;
    },
  };
})();
