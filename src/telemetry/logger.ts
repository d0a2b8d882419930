// The log of a process: one JSON line an event, made by pino. What is secret never gets here, because rooms log events with fields and redact at their
// edges; this is the second fence, by name of the field and by the shape of XenAPI's references to sessions.
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Log, LogFields } from '../foundation/log';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

const HIDDEN = '[hidden]';
/** Names of fields whose values are never written. */
const SECRET_NAME = /pass(word|wd)?|secret|token|authorization|cookie|session/i;
const SESSION_QUERY = /(session_id=)[^&\s"']+/g;

/**
 * @param fields what every line of this process says, e.g. which replica it is
 * @param destination where lines go; default: stdout
 */
export function createLogger(level: LogLevel, fields: LogFields = {}, destination?: DestinationStream): Log {
  const options = { level, base: { ...fields }, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'event' };
  return facade(destination === undefined ? pino(options) : pino(options, destination));
}

function facade(logger: Logger): Log {
  const write =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void =>
      logger[level](withoutSecrets(fields), event);
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function withoutSecrets(fields: LogFields): LogFields {
  const entries = Object.entries(fields).map(([name, value]) => [name, SECRET_NAME.test(name) ? HIDDEN : clean(value)] as const);
  return Object.fromEntries(entries);
}

function clean(value: LogFields[string]): LogFields[string] {
  return typeof value === 'string' ? value.replace(SESSION_QUERY, '$1…') : value;
}
