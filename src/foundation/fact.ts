// What we know of the outside. An unknown list cannot be read as an empty one: the compiler asks for the unknown branch.

export interface Known<T> {
  readonly known: true;
  readonly value: T;
}

export interface Unknown {
  readonly known: false;
  /** Why it is not known, in words a person can act on. */
  readonly why: string;
  /** The other side is there, and shows a certificate that is not trusted: waiting mends nothing, a person must say whether it is the right one. */
  readonly untrusted?: true;
}

export type Fact<T> = Known<T> | Unknown;

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(why: string): Unknown {
  return { known: false, why };
}

export function untrusted(why: string): Unknown {
  return { known: false, why, untrusted: true };
}

/** True only when the fact is known and satisfies `test`: unknown is never true. */
export function holds<T>(fact: Fact<T>, test: (value: T) => boolean): boolean {
  return fact.known && test(fact.value);
}

/** Transforms a known value; an unknown stays unknown for the same reason. */
export function mapFact<T, U>(fact: Fact<T>, transform: (value: T) => U): Fact<U> {
  return fact.known ? known(transform(fact.value)) : fact;
}
