/** The key: each network with its swatch; a press shows it alone. Beside it, how bands and axes are drawn. */
import { shownRecord } from '../store/recordedRuns.ts';
import type { View } from '../store/state.ts';
import { updateView } from '../store/store.ts';
import { isolate, toggleHidden } from '../store/viewActions.ts';
import { VariantsEditor } from './experiment/VariantsEditor.tsx';
import { FigureChoice } from './figures/FigureChoice.tsx';
import { type Identity, identitiesOf } from './identity.ts';
import { Swatch } from './Marker.tsx';
import { Icon } from './shell/icons.tsx';
import { Popover } from './shell/Popover.tsx';
import { Switch } from './shell/Switch.tsx';
import { useStore } from './useStore.ts';

function NetworkButton({
  identity,
  isHidden,
  isAlone,
}: {
  identity: Identity;
  isHidden: boolean;
  isAlone: boolean;
}) {
  return (
    <button
      type="button"
      className={isHidden ? 'network hidden-network' : 'network'}
      style={{ color: identity.colour }}
      aria-pressed={isAlone}
      title={isAlone ? 'Show all networks' : `Show ${identity.label} alone`}
      onClick={(event) => (event.shiftKey ? toggleHidden(identity.id) : isolate(identity.id))}
    >
      <Swatch identity={identity} />
      <span className="long">{identity.label}</span>
      <span className="short">{identity.short}</span>
    </button>
  );
}

const BANDS = [
  { value: 'columns', label: 'Side by side' },
  { value: 'overlaid', label: 'Overlaid' },
] as const satisfies { value: NonNullable<View['bands']>; label: string }[];

const SCALES = [
  { value: 'log', label: 'Log' },
  { value: 'linear', label: 'Linear' },
] as const satisfies { value: View['scale']; label: string }[];

function Networks({ identities, hidden }: { identities: readonly Identity[]; hidden: readonly string[] }) {
  const shown = identities.filter(({ id }) => !hidden.includes(id));
  return (
    <fieldset className="networks" aria-label="Networks">
      {identities.map((identity) => (
        <NetworkButton
          key={identity.id}
          identity={identity}
          isHidden={hidden.includes(identity.id)}
          isAlone={identities.length > 1 && shown.length === 1 && shown[0] === identity}
        />
      ))}
      <Popover
        label="Networks"
        triggerClass="network add"
        trigger={
          <>
            <Icon name="plus" />
            Add network
          </>
        }
      >
        <VariantsEditor />
      </Popover>
    </fieldset>
  );
}

export function KeyRow() {
  const asked = useStore((state) => state.experiment);
  const ran = useStore(({ recordVersion }) => (recordVersion > 0 ? shownRecord()?.experiment : undefined));
  const { hidden, bands, scale } = useStore(({ view }) => view);
  const { variants, seeds } = ran ?? asked;
  const identities = identitiesOf(variants);
  const automatic = identities.length >= 3 ? 'columns' : 'overlaid';
  return (
    <div className="key">
      <Networks identities={identities} hidden={hidden} />
      {seeds > 1 && <span className="sub">{`${seeds} seeds`}</span>}
      <div className="switches">
        <FigureChoice />
        <Switch
          label="Bands"
          value={bands ?? automatic}
          options={BANDS}
          onChange={(value) => updateView({ bands: value })}
        />
        <Switch
          label="Axis"
          value={scale}
          options={SCALES}
          onChange={(value) => updateView({ scale: value })}
        />
      </div>
    </div>
  );
}
