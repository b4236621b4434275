/** Numbers and texts as bytes, one after another. A reader that runs past the end throws a `RangeError`. */

const MOST_BYTES_OF_A_TEXT = 400;

export class ByteWriter {
  private readonly bytes: number[] = [];

  byte(value: number): void {
    this.bytes.push(value & 255);
  }

  /** A whole number from 0 to 2⁵³, seven bits a byte, the lowest first. */
  whole(value: number): void {
    let rest = Math.max(0, Math.round(value));
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** A whole number of either sign. */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value).slice(0, MOST_BYTES_OF_A_TEXT);
    this.whole(encoded.length);
    this.bytes.push(...encoded);
  }

  result(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes);
  }
}

export class ByteReader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new RangeError('The bytes end too early.');
    this.at += 1;
    return value;
  }

  whole(): number {
    let [value, scale] = [0, 1];
    for (let i = 0; i < 8; i++) {
      const next = this.byte();
      value += (next & 127) * scale;
      if (next < 128) return value;
      scale *= 128;
    }
    throw new RangeError('A number is too long.');
  }

  signed(): number {
    const value = this.whole();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  text(): string {
    const length = this.whole();
    if (length > MOST_BYTES_OF_A_TEXT) throw new RangeError('A text is too long.');
    const part = Uint8Array.from({ length }, () => this.byte());
    return new TextDecoder().decode(part);
  }
}
