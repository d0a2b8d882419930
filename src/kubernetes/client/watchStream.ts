// The body of a watch: one JSON object a line, for as long as it lasts. Lines come in pieces, and some come as the server's word that it cannot go on.
import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { KubeError, type KubeObject, type WatchEvent } from '../api';
import { type Asked, garbled, streamErrorOf, wireFailure } from './failure';

/** Characters of one event: what etcd stores at most, several times over. */
const MOST_OF_A_LINE = 16 * 1024 ** 2;

interface Line {
  readonly type?: unknown;
  readonly object?: unknown;
}

/**
 * Ends when the server ends the stream, or `signal` aborts. @throws KubeError for an ERROR event (`Gone` for a version that is too old), a broken connection
 * or a line that is no event
 */
export async function* eventsOf<T extends KubeObject>(
  answer: IncomingMessage,
  asked: Asked,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  try {
    for await (const line of linesOf(answer, asked)) {
      if (signal.aborted) return;
      yield eventOf<T>(line, asked);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof Error ? wireFailure(asked, error, true) : error;
  } finally {
    answer.destroy();
  }
}

async function* linesOf(answer: IncomingMessage, asked: Asked): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  // Pieces of a line that is not whole yet; joined once, so that a large object in small pieces costs no more than its size.
  let begun: string[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    begun.push(first);
    size += first.length;
    for (const next of others) {
      const line = begun.join('');
      if (line.trim() !== '') yield line;
      begun = [next];
      size = next.length;
    }
    if (size > MOST_OF_A_LINE)
      throw new KubeError('TooLarge', `${asked.what}: one event has more than ${MOST_OF_A_LINE} characters`);
  }
  if (begun.join('').trim() !== '')
    throw new KubeError('TimedOut', `${asked.what}: the connection broke in the middle of an event`);
}

function eventOf<T extends KubeObject>(line: string, asked: Asked): WatchEvent<T> {
  const { type, object } = lineOf(line, asked);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (isObject(object)) return { type, object: object as T };
      break;
    case 'BOOKMARK':
      if (isObject(object)) return { type, resourceVersion: object.metadata.resourceVersion ?? '' };
      break;
    case 'ERROR':
      throw streamErrorOf(asked, object);
  }
  throw garbled(asked, 'a line of the watch is no event');
}

function lineOf(line: string, asked: Asked): Line {
  try {
    const parsed = JSON.parse(line) as Line | null;
    return parsed ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) throw garbled(asked, 'a line of the watch is no JSON');
    throw error;
  }
}

function isObject(value: unknown): value is KubeObject {
  const metadata = typeof value === 'object' && value !== null ? (value as Partial<KubeObject>).metadata : undefined;
  return typeof metadata === 'object' && metadata !== null;
}
