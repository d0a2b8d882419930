// The two files of `xmlrpc` that turn values into XML and back. Its own types describe only its HTTP client and server, which are not used.
declare module 'xmlrpc/lib/serializer' {
  export function serializeMethodCall(method: string, params: readonly unknown[]): string;
}

declare module 'xmlrpc/lib/deserializer' {
  /** A stack machine over SAX events; its handlers for single tags are replaceable on the instance. Tags have their names in upper case. */
  class Deserializer {
    /** `methodresponse` or `methodcall`, once it is whole. */
    type: string | null;
    /** `params` or `fault`. */
    responseType: string | null;
    methodname: string | null;
    stack: unknown[];
    marks: number[];
    value: boolean;
    /** Called at the end with the values, or with what is wrong, then perhaps more than once. */
    callback: (error: unknown, values?: readonly unknown[]) => void;
    onOpentag(tag: { readonly name: string }): void;
    onClosetag(name: string): void;
    onText(text: string): void;
    onCDATA(text: string): void;
    onError(error: unknown): void;
    onDone(): void;
    endDateTime(text: string): void;
    endDouble(text: string): void;
    endStruct(text: string): void;
  }

  export = Deserializer;
}
