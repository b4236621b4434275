import { describe, expect, it } from 'vitest';
import { recordFromFile, viewInFile } from '../../record/file.ts';
import { addTraining, recordOf } from '../series/records.ts';
import { reportHtml } from './report.ts';

describe('a report', () => {
  const record = recordOf(['none', 'batch']);
  addTraining(record, 0, [2, 1, Number.POSITIVE_INFINITY], [0.1, 0.2, 0.3]);
  record.environment.adapter = '<img src=x onerror=alert(1)> & "quoted"';
  const figure = {
    title: 'Training <loss>',
    reading: 'Falls & falls.',
    drawing: '<svg></svg>',
    caption: 'a "b"',
  };
  const view = '#v=1&scale=linear&hide=batch';
  const html = reportHtml(record, [figure], view);

  it('opened again gives the same run and the same view', () => {
    expect(recordFromFile(html)).toEqual({ ok: true, record });
    expect(viewInFile(html)).toBe(view);
  });

  it('holds figures, set-up, claims, citation and version, and no markup from its data', () => {
    expect(html).toContain('<svg></svg>');
    expect(html).toContain('<h2>Training &lt;loss&gt;</h2>');
    expect(html).toContain('<th scope="row">Batch size</th><td>64</td>');
    expect(html).toContain('Not enough data');
    expect(html).toContain('How Does Batch Normalization Help Optimization?');
    expect(html).toContain('test, webgpu on &lt;img');
    expect(html).not.toContain('<img');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/(src|href)="(?!https:\/\/arxiv\.org)/);
  });
});
