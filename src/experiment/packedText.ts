/** The part of a link that names the settings, packed: for set-ups whose readable link would be too long to pass on. */
import { deflateSync, inflateSync } from 'fflate';
import { fromBase64Url, toBase64Url } from './base64Url.ts';

/** A text has fewer bytes, and packed at most so many characters; what says it has more is refused. */
const MOST_BYTES = 8_192;
const MOST_CHARACTERS = 4_000;

/**
 * What set-ups are made of, the most frequent last, where it costs least. Links of version 1 are read with it, so that it
 * must never change.
 */
const DICTIONARY = new TextEncoder().encode(
  '&rsigma=&rmu=&nsigma=&nmu=&flat=&sharp=&random=&act=1,2,3,4&testevery=&test=&train=&seeds=&seed=&momentum=0.9&wd=0.0005' +
    '&data=mnist&data=cifar-10&data=gaussian&data=shapes&net=dln:25x10' +
    '&variants=noisy-none,group,layer.stopped.frozen@0.linf.last.stopped,l2.layer1.stopped.frozen@,l1.layer2,noisy-batch.layer3.stopped.frozen@,batch.layer' +
    '&lr=0.&batch=full&batch=128&steps=15000&every=100&probe=0.5,1,2,4,&fine=0.01,0.1,&ics=1,' +
    '&net=vgg:64-64-M-128-128-M-256-256-256-M-512-512-512-M-512-512-512-M',
);

/** Deflated with the dictionary, in base64url; null where it is too long to be read again. */
export function packText(text: string): string | null {
  const bytes = new TextEncoder().encode(text);
  const packed = toBase64Url(deflateSync(bytes, { level: 9, dictionary: DICTIONARY }));
  return bytes.length < MOST_BYTES && packed.length <= MOST_CHARACTERS ? packed : null;
}

/** What `packText` packed; null where the text is damaged or too long. Never throws. */
export function unpackText(packed: string): string | null {
  if (packed.length > MOST_CHARACTERS) return null;
  try {
    const bytes = inflateSync(fromBase64Url(packed), {
      out: new Uint8Array(MOST_BYTES),
      dictionary: DICTIONARY,
    });
    return bytes.length < MOST_BYTES ? new TextDecoder('utf-8', { fatal: true }).decode(bytes) : null;
  } catch {
    return null;
  }
}
