// The one error of this folder: an answer file that must not be given to an installer.

/** Nothing may be served. The message says what was found and what was expected; it holds no secret, because answer files hold none. */
export class AnswerFileRefused extends Error {
  constructor(why: string) {
    super(`the answer file is refused: ${why}`);
    this.name = 'AnswerFileRefused';
  }
}
