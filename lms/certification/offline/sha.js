// SHA-256 and SHA-512 (FIPS 180-4), for a page that may have no cryptography of its own.
// The round constants are derived as the standard defines them: from the roots of the first primes.
"use strict";

const sha = (() => {
  const PRIMES = [];
  for (let candidate = 2; PRIMES.length < 80; candidate += 1) {
    if (PRIMES.every((prime) => candidate % prime)) PRIMES.push(candidate);
  }

  // The whole part of the root, found by halving: exact, since whole numbers do not round.
  function root(value, degree) {
    let [low, high] = [0n, 1n << 80n];
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** degree <= value) low = middle;
      else high = middle - 1n;
    }
    return low;
  }
  const fraction = (prime, degree, bits) =>
    root(BigInt(prime) << (BigInt(bits) * degree), degree) & ((1n << BigInt(bits)) - 1n);

  function digest(message, bits, rounds, turns) {
    const size = BigInt(bits);
    const mask = (1n << size) - 1n;
    const block = bits * 2; // bytes of one block
    const word = bits / 8;
    const k = PRIMES.slice(0, rounds).map((prime) => fraction(prime, 3n, bits));
    let state = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n, bits));
    const right = (value, by) => ((value >> by) | (value << (size - by))) & mask;

    const length = Math.ceil((message.length + 1 + 2 * word) / block) * block;
    const padded = new Uint8Array(length);
    padded.set(message);
    padded[message.length] = 0x80;
    new DataView(padded.buffer).setBigUint64(length - 8, BigInt(message.length) * 8n);

    for (let start = 0; start < length; start += block) {
      const w = [];
      for (let t = 0; t < rounds; t += 1) {
        if (t < 16) {
          w.push(padded.subarray(start + t * word, start + (t + 1) * word).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n));
          continue;
        }
        const [a, b] = [w[t - 15], w[t - 2]];
        const s0 = right(a, turns[0][0]) ^ right(a, turns[0][1]) ^ (a >> turns[0][2]);
        const s1 = right(b, turns[1][0]) ^ right(b, turns[1][1]) ^ (b >> turns[1][2]);
        w.push((w[t - 16] + s0 + w[t - 7] + s1) & mask);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < rounds; t += 1) {
        const s1 = right(e, turns[2][0]) ^ right(e, turns[2][1]) ^ right(e, turns[2][2]);
        const choice = (e & f) ^ (~e & mask & g);
        const one = (h + s1 + choice + k[t] + w[t]) & mask;
        const s0 = right(a, turns[3][0]) ^ right(a, turns[3][1]) ^ right(a, turns[3][2]);
        const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & mask;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
      }
      state = state.map((value, at) => (value + [a, b, c, d, e, f, g, h][at]) & mask);
    }
    const found = new Uint8Array(8 * word);
    state.forEach((value, at) => {
      for (let byte = 0; byte < word; byte += 1) {
        found[at * word + byte] = Number((value >> BigInt(8 * (word - 1 - byte))) & 255n);
      }
    });
    return found;
  }

  const T256 = [[7n, 18n, 3n], [17n, 19n, 10n], [6n, 11n, 25n], [2n, 13n, 22n]];
  const T512 = [[1n, 8n, 7n], [19n, 61n, 6n], [14n, 18n, 41n], [28n, 34n, 39n]];
  return {
    sha256: (message) => digest(message, 32, 64, T256),
    sha512: (message) => digest(message, 64, 80, T512),
  };
})();
