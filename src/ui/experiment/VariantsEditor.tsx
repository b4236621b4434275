/** Which networks train side by side: every normalisation with a box, variants of them as text. */
import { SETTINGS } from '../../experiment/settings.ts';
import { NORMALISATION_FACTS, NORMALISATIONS, type NormalisationId } from '../../experiment/variants.ts';
import { changeSettings } from '../../store/experimentActions.ts';
import { isBusy } from '../../store/store.ts';
import { type Identity, identitiesOf, identityOf } from '../identity.ts';
import { Swatch } from '../Marker.tsx';
import { useStore } from '../useStore.ts';
import { BusyNote } from './BusyNote.tsx';
import { SettingField } from './SettingField.tsx';
import { MOST_VARIANTS } from './words.ts';

interface BoxProps {
  identity: Identity;
  help: string;
  isChosen: boolean;
  isDisabled: boolean;
  onToggle: () => void;
}

function Box({ identity, help, isChosen, isDisabled, onToggle }: BoxProps) {
  return (
    <label className="variant-box">
      <input type="checkbox" checked={isChosen} disabled={isDisabled} onChange={onToggle} />
      <Swatch identity={identity} />
      <span>
        <b style={{ color: identity.colour }}>{identity.label}</b>
        <span className="sub variant-help">{help}</span>
      </span>
    </label>
  );
}

/** Plain normalisations in their own order first, then what has a learning rate or a modifier of its own. */
function toggled(variants: readonly string[], id: string): string[] {
  if (variants.includes(id)) return variants.filter((other) => other !== id);
  const order = (variant: string): number => {
    const place = NORMALISATIONS.indexOf(variant as NormalisationId);
    return place < 0 ? NORMALISATIONS.length : place;
  };
  return [...variants, id].sort((a, b) => order(a) - order(b));
}

export function VariantsEditor() {
  const variants = useStore(({ experiment }) => experiment.variants);
  const busy = useStore(isBusy);
  const special = identitiesOf(variants).filter(
    ({ id }) => !(NORMALISATIONS as readonly string[]).includes(id),
  );
  const isFixed = (id: string): boolean =>
    busy || (variants.includes(id) ? variants.length === 1 : variants.length >= MOST_VARIANTS);
  const toggle = (id: string): void => changeSettings({ variants: toggled(variants, id) });
  return (
    <fieldset className="variants">
      <legend>{SETTINGS.variants.label}</legend>
      <BusyNote />
      {NORMALISATIONS.map((norm) => (
        <Box
          key={norm}
          identity={identityOf(norm)}
          help={NORMALISATION_FACTS[norm].help}
          isChosen={variants.includes(norm)}
          isDisabled={isFixed(norm)}
          onToggle={() => toggle(norm)}
        />
      ))}
      {special.map((identity) => (
        <Box
          key={identity.id}
          identity={identity}
          help={identity.id}
          isChosen
          isDisabled={isFixed(identity.id)}
          onToggle={() => toggle(identity.id)}
        />
      ))}
      <SettingField settingKey="variants" />
    </fieldset>
  );
}
