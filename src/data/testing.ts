/** A server that exists only in tests: the committed data sets, and whatever a test makes of them. */
import { readFileSync } from 'node:fs';
import type { Fetch } from './download.ts';

export const BASE_URL = 'https://lab.test/page/data/';
const PUBLIC_DATA = new URL('../../public/data/', import.meta.url);

export interface FakeServer {
  fetch: Fetch;
  /** Paths below data/ in the order in which they were asked for. */
  requests: string[];
  /** The same, with the cache mode of each request. */
  modes: string[];
}

/** Answers from public/data, unless `answer` gives a response of its own. `attempt` counts the requests of a path from 1. */
export function fakeServer(
  answer: (path: string, attempt: number) => Response | Promise<Response> | undefined = () => undefined,
): FakeServer {
  const requests: string[] = [];
  const modes: string[] = [];
  const fetch: Fetch = async (url, { cache, signal }) => {
    signal.throwIfAborted();
    const path = url.slice(BASE_URL.length);
    requests.push(path);
    modes.push(`${path} ${cache}`);
    const attempt = requests.filter((request) => request === path).length;
    return (await answer(path, attempt)) ?? inPieces(committed(path));
  };
  return { fetch, requests, modes };
}

/** The bytes of a file below public/data. */
export function committed(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(path, PUBLIC_DATA)));
}

/** A response that arrives in several chunks, as from a network. */
export function inPieces(bytes: Uint8Array<ArrayBuffer>, pieceBytes = 100_000): Response {
  let offset = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (offset >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(offset, offset + pieceBytes));
      offset += pieceBytes;
    },
  });
  return new Response(body);
}
