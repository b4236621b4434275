import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTheorySetup, readTheorySetup, readTheoryValue, writeTheorySetup } from './setup.ts';

describe('the set-up in links', () => {
  it('holds what differs from the defaults, and comes back', () => {
    const setup = { ...defaultTheorySetup(), samples: 16, downstream: 'tanh' as const, gamma: 0.5 };
    expect(writeTheorySetup(setup)).toBe('m:16,next:tanh,gamma:0.5');
    expect(readTheorySetup(writeTheorySetup(setup).split(','))).toEqual({ setup, problems: [] });
    expect(writeTheorySetup(defaultTheorySetup())).toBe('');
  });

  it('clamps what is out of range, ignores what is unknown, and says both', () => {
    const { setup, problems } = readTheorySetup(['m:9000', 'colour:red', 'next:cubic', 'gamma:']);
    expect(setup).toEqual({ ...defaultTheorySetup(), samples: 256 });
    expect(problems).toHaveLength(4);
    expect(problems[1]).toContain('colour:red');
  });

  it('never throws, whatever a link says, and always gives a usable set-up', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        const { setup } = readTheorySetup(parts);
        expect(readTheorySetup(writeTheorySetup(setup).split(',').filter(Boolean)).problems).toEqual([]);
      }),
    );
  });

  it('reads a control’s text', () => {
    expect(readTheoryValue('units', '12')).toEqual({ value: 12, problem: null });
    expect(readTheoryValue('units', 'many').problem?.message).toContain('2 to 48');
  });
});
