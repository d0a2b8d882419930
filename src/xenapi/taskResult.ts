// A task keeps its result as text: the XML-RPC encoding of the value, `<value>OpaqueRef:…</value>`, whatever dialect it is asked in.
import { normalise } from './codec/normalise';
import { parseMethodResponse } from './codec/parseXml';
import { signatureOf } from './codec/signature';

/**
 * The value that the call behind a finished task returned.
 * @param method the plain method, without `Async.`
 * @throws XapiError `Protocol` or Error for text that is no value of the method's result type
 */
export function taskResult(method: string, text: string): unknown {
  const type = signatureOf(method)?.result ?? 'any';
  if (text === '' || type === 'void') return normalise('', type === 'void' ? 'void' : 'any');
  const value = text.startsWith('<value') ? text : `<value>${text}</value>`;
  const body = `<methodResponse><params><param>${value}</param></params></methodResponse>`;
  return normalise(parseMethodResponse(body), type);
}
