/** The words of a preset, with the index of ℓp set low. */
import type { Preset } from '../../experiment/presets.ts';

export function PresetWords({ text }: { text: string }) {
  const [before, after] = text.split('ℓp');
  if (after === undefined) return text;
  return (
    <>
      {before}ℓ<sub>p</sub>
      {after}
    </>
  );
}

/** “3 Covariate shift”; `whole` also tells the panels of a figure apart: “3(a) Covariate shift”. */
export function PresetTitle({ preset, whole = false }: { preset: Preset; whole?: boolean }) {
  const { figure, title } = preset;
  return (
    <span>
      {whole ? figure : figure.replace('(a)', '')} <PresetWords text={title} />
    </span>
  );
}
