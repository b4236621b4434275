/**
 * Gives oracle/make_fixtures.py the noise of Algorithm 1 as src/network/noise.ts draws it, so that the engines meet the
 * same noise: reads [{ settings, seed, step, layer, rows, channels }] as JSON, writes [{ shift, scale }], each [rows · channels].
 */
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { layerNoise } from '../src/network/noise.ts';

const settings = v.object({ nMu: v.number(), nSigma: v.number(), rMu: v.number(), rSigma: v.number() });
const asked = v.array(
  v.object({
    settings,
    seed: v.number(),
    step: v.number(),
    layer: v.number(),
    rows: v.number(),
    channels: v.number(),
  }),
);

const drawn = v.parse(asked, JSON.parse(await text(process.stdin))).map((each) => {
  const noise = layerNoise(each.settings, each.seed, each.layer, each.step, each.rows, each.channels);
  return { shift: [...noise.shift], scale: [...noise.scale] };
});
process.stdout.write(JSON.stringify(drawn));
