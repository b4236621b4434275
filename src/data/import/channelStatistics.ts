/** Mean and standard deviation of images, channel by channel. */

/** Counts bytes as they come; the statistics are those of byte / 255, the deviation divided by n. */
export class ChannelStatistics {
  private readonly counts: Float64Array[];

  constructor(channels: number) {
    this.counts = Array.from({ length: channels }, () => new Float64Array(256));
  }

  /** Whole pixels, channels last. */
  add(pixels: Uint8Array): void {
    const channels = this.counts.length;
    for (const [channel, count] of this.counts.entries())
      for (let i = channel; i < pixels.length; i += channels) count[pixels[i]!]!++;
  }

  result(): { mean: number[]; std: number[] } {
    const { counts } = this;
    const total = counts[0]!.reduce((sum, n) => sum + n, 0);
    const moment = (count: Float64Array, of: (value: number) => number): number =>
      count.reduce((sum, n, byte) => sum + n * of(byte / 255), 0) / total;
    const mean = counts.map((count) => moment(count, (value) => value));
    const std = counts.map((count, c) => Math.sqrt(moment(count, (value) => (value - mean[c]!) ** 2)));
    return { mean, std };
  }
}
