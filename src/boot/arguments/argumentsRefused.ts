// The one way in which a command line is refused: what was said of a host would not be read as it was meant.

/** The arguments make no command line that all boot loaders read alike. */
export class ArgumentsRefused extends Error {
  constructor(why: string) {
    super(`the installer's arguments are refused: ${why}`);
    this.name = 'ArgumentsRefused';
  }
}
