// The two files of `xmlrpc` that turn values into XML and back. Its own types describe only its HTTP client and server, which are not used.
declare module 'xmlrpc/lib/serializer' {
  export function serializeMethodCall(method: string, params: readonly unknown[]): string;
}

declare module 'xmlrpc/lib/deserializer' {
  /** What the deserializer asks of the stream it is given. */
  interface TextSource {
    setEncoding(encoding: string): void;
    on(event: 'error', listener: (error: unknown) => void): void;
    pipe(parser: { write(text: string): void; end(): void }): void;
  }

  /** A stack machine over SAX events; its handlers for single tags are replaceable on the instance. */
  class Deserializer {
    stack: unknown[];
    marks: number[];
    value: boolean;
    endDateTime(text: string): void;
    endDouble(text: string): void;
    endStruct(text: string): void;
    deserializeMethodResponse(source: TextSource, callback: (error: unknown, value?: unknown) => void): void;
    deserializeMethodCall(source: TextSource, callback: (error: unknown, method?: string, params?: unknown[]) => void): void;
  }

  export = Deserializer;
}
