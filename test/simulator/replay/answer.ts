// An answer taken apart: what surrounds it, and the value or the error in it.
import { parseJson, parseXmlResponse, type WireNode } from './wireTree';

/** What came back from one host, whoever it was. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Answer {
  /** Everything that is the same for all answers of this kind: status, content type, the names around the value in their order. */
  readonly envelope: string;
  readonly value?: WireNode;
  /** Code and parameters. */
  readonly error?: readonly string[];
  /** A page of HTML, whole. */
  readonly page?: string;
}

export function takeApart({ status, contentType, body }: RawAnswer): Answer {
  const head = `${status} ${contentType}`;
  if (contentType === 'text/xml') return fromXml(head, body);
  if (contentType === 'application/json') return fromJson(head, body);
  return { envelope: head, page: body };
}

function fromXml(head: string, body: string): Answer {
  const { members } = parseXmlResponse(body);
  const prologue = body.slice(0, body.indexOf('<struct>'));
  const envelope = `${head} ${prologue} ${[...members.keys()].join()} ${members.get('Status')!.kind} ${members.get('Status')!.text}`;
  const value = members.get('Value');
  if (value !== undefined) return { envelope, value };
  const error = members.get('ErrorDescription')!;
  return { envelope: `${envelope} ${kinds(error)}`, error: error.items.map(({ text }) => text) };
}

function fromJson(head: string, body: string): Answer {
  const { members } = parseJson(body);
  const envelope = `${head} ${[...members.keys()].join()} ${members.get('jsonrpc')!.text} id ${members.get('id')!.text}`;
  const value = members.get('result');
  if (value !== undefined) return { envelope, value };
  const error = members.get('error')!;
  const data = error.members.get('data')!;
  const code = error.members.get('code')!;
  return {
    envelope: `${envelope} ${[...error.members.keys()].join()} ${code.kind} ${code.text} ${kinds(data)}`,
    error: [error.members.get('message')!.text, ...data.items.map(({ text }) => text)],
  };
}

function kinds(list: WireNode): string {
  return `${list.kind} of ${[...new Set(list.items.map(({ kind }) => kind))].join()}`.replace(/ of $/, '');
}
