// The answer to a request for a file: whole or a part of it, as the client's headers ask.
import { rangeOf } from './range';
import { type BootAnswer, type BootRequest, fileHeaders, textAnswer } from './request';
import type { BlockSource } from './source';

/** @param version letters and digits that change with any byte of the file */
export function fileAnswer({ headers }: BootRequest, source: BlockSource, version: string): BootAnswer {
  const etag = `"${version}"`;
  const common = fileHeaders(etag);
  if (matches(headers['if-none-match'], etag)) return { status: 304, headers: common, body: '' };
  const { size } = source;
  const usable = headers['if-range'] === undefined || headers['if-range'] === etag;
  const asked = usable ? rangeOf(headers['range'], size) : rangeOf(undefined, size);
  switch (asked.kind) {
    case 'Unsatisfiable': {
      const none = textAnswer(416, 'there is nothing in that range\n');
      return { ...none, headers: { ...none.headers, 'content-range': `bytes */${size}`, etag } };
    }
    case 'Whole':
      return { status: 200, headers: { ...common, 'content-length': String(size) }, body: { source, offset: 0, length: size } };
    case 'Part': {
      const { offset, length } = asked;
      const range = { 'content-length': String(length), 'content-range': `bytes ${offset}-${offset + length - 1}/${size}` };
      return { status: 206, headers: { ...common, ...range }, body: { source, offset, length } };
    }
  }
}

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((one) => one.trim() === etag || one.trim() === '*');
}
