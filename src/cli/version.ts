// The version the program tells. It stands in package.json as well, which the sources do not reach into; a test keeps the two equal.

export const VERSION = '0.1.0';
