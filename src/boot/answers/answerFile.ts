// Renders the answer file of one host for one attempt. The template is here and nowhere else: nobody can point the server at another. What was rendered is
// parsed back and checked before anybody gets it.
import { type AnswerAsked, checkAsked, scriptsOf } from './asked';
import { checkAnswerFile } from './check';
import { writeXml, type XmlElement } from './xml';

/**
 * The text of the answer file, ASCII. Source of the grammar: xenserver.md 5.1.
 * @throws AnswerFileRefused when it cannot be written, or does not say what was asked for
 */
export function answerFile(asked: AnswerAsked): string {
  checkAsked(asked);
  const text = writeXml(rootOf(asked));
  checkAnswerFile(text, asked);
  return text;
}

function rootOf(asked: AnswerAsked): XmlElement {
  const scripts = scriptsOf(asked).map(({ stage, url }) => leaf('script', { stage, type: 'url' }, url));
  if (asked.kind === 'restore')
    return { name: 'restore', attributes: {}, content: [leaf('backup-disk', {}, asked.disk), ...scripts] };
  const content = [leaf('existing-installation', {}, asked.disk), leaf('source', { type: 'url' }, asked.source), ...scripts];
  return { name: 'installation', attributes: { mode: 'upgrade' }, content };
}

function leaf(name: string, attributes: Readonly<Record<string, string>>, content: string): XmlElement {
  return { name, attributes, content };
}
