/** A choice of a few, all in sight. */
interface SwitchProps<T> {
  label: string;
  /** Null where none of them holds. */
  value: T | null;
  options: readonly { value: T; label: string }[];
  isDisabled?: boolean;
  onChange: (value: T) => void;
}

export function Switch<T extends string>({
  label,
  value,
  options,
  isDisabled = false,
  onChange,
}: SwitchProps<T>) {
  return (
    <fieldset className="switch" aria-label={label} disabled={isDisabled}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
