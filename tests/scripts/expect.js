// The few questions that the tests ask.
export function equal(found, wanted, what = "") {
  const [first, second] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (first !== second) throw new Error(`${what} ${first} is not ${second}`);
}

export function close(found, wanted, tolerance, what = "") {
  if (!(Math.abs(found - wanted) <= tolerance)) throw new Error(`${what} ${found} is not ${wanted} +- ${tolerance}`);
}

export function holds(fact, what) {
  if (!fact) throw new Error(what);
}

// Numbers that look random and are the same each time.
export function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
