// What a host says of itself to whoever asks before logging in: the calls that it has.
import { classNames, messagesOf, servedBy } from '../../datamodel/datamodel';
import type { Handlers } from './call';
import type { Xapi } from './xapi';

export function introspectionCalls({ served }: Xapi): Handlers {
  return {
    // By their synchronous names. Source: xapi, `gen_server.ml`.
    'system.listMethods': () =>
      classNames().flatMap((cls) =>
        messagesOf(cls).flatMap((message) => (servedBy(message, served.release) ? [`${cls}.${message.name}`] : [])),
      ),
  };
}
