/** Every setting, in groups, built from the table. */
import { EXPERIMENT_KEYS, SETTING_GROUPS, type SettingGroup, setting } from '../../experiment/settings.ts';
import { BusyNote } from './BusyNote.tsx';
import { SettingField } from './SettingField.tsx';

const GROUPS = Object.keys(SETTING_GROUPS) as SettingGroup[];

export function AllSettings({ id }: { id: string }) {
  return (
    <div className="all-settings" id={id}>
      <BusyNote />
      {GROUPS.map((group) => (
        <fieldset key={group} className="setting-group">
          <legend>{SETTING_GROUPS[group]}</legend>
          <div className="setting-columns">
            {EXPERIMENT_KEYS.filter((key) => setting(key).group === group).map((key) => (
              <SettingField key={key} settingKey={key} />
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}
