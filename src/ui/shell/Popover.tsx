/** A word with a panel of its own. */
import type { ReactNode } from 'react';
import { Panel, PanelButton, usePanel } from './Panel.tsx';

interface PopoverProps {
  /** Names the panel for screen readers. */
  label: string;
  trigger: ReactNode;
  triggerClass?: string;
  triggerLabel?: string;
  invalid?: boolean;
  children: ReactNode;
}

export function Popover({ label, trigger, triggerClass, triggerLabel, invalid, children }: PopoverProps) {
  const panel = usePanel();
  return (
    <>
      <PanelButton panel={panel} className={triggerClass} label={triggerLabel} invalid={invalid}>
        {trigger}
      </PanelButton>
      <Panel panel={panel} label={label}>
        {children}
      </Panel>
    </>
  );
}
