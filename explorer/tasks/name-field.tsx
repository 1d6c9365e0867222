interface NameFieldProps {
  label: string;
  value: string;
  /** What there is to choose from. Another name may be typed: not everybody may read the catalogue. */
  names: string[];
  change(value: string): void;
}

export function NameField({ label, value, names, change }: NameFieldProps) {
  const id = `task-${label.toLowerCase()}`;
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        list={`${id}-names`}
        value={value}
        placeholder="name"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
