// The control of the simulated pool, asked over HTTP.
import { Aborted } from '../foundation/clock';

/** @param body makes it a POST. @throws Error with the control's own words when it refuses; Aborted when the signal aborts */
export async function ask<T>(url: string, path: string, signal: AbortSignal, body?: object): Promise<T> {
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  try {
    const response = await fetch(`${url}${path}`, { signal, ...post });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulated pool's control answered ${path} with ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  } catch (error) {
    throw signal.aborted ? new Aborted(signal.reason) : error;
  }
}
