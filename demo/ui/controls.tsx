/** Form controls used in several views. */
import type { Signal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { filesFrom } from '../ingest/dropped.ts';
import type { Found } from '../ingest/expand.ts';

interface SegmentsProps<Value extends string> {
  legend: string;
  options: Readonly<Record<Value, string>>;
  value: Value;
  allowed?: (value: Value) => boolean;
  onChange(value: Value): void;
}

/** A choice among few options: radio buttons drawn as a bar. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { legend, options, value, allowed, onChange } = props;
  const name = useId();
  return (
    <fieldset class="segments">
      <legend>{legend}</legend>
      {(Object.entries(options) as [Value, string][]).map(([key, label]) => (
        <label key={key}>
          <input
            type="radio"
            name={name}
            value={key}
            checked={key === value}
            disabled={allowed ? !allowed(key) : false}
            onChange={() => onChange(key)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  options: Readonly<Record<Value, string>>;
  value: Signal<Value>;
}

/** A choice among several options: a drop-down list. */
export function Select<Value extends string>({ label, options, value }: SelectProps<Value>) {
  return (
    <label>
      {label}
      <select
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value as Value;
        }}
      >
        {(Object.entries(options) as [Value, string][]).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Switch({ label, value }: { label: string; value: Signal<boolean> }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={value.value}
        checked={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.checked;
        }}
      />
      <span>{label}</span>
    </label>
  );
}

interface PickProps {
  label: string;
  folder?: boolean;
  multiple?: boolean;
  accept?: string;
  class?: string;
  id?: string;
  onFiles(found: Found[]): void;
}

/** A button that opens the browser's file or folder picker. */
export function PickButton({ label, folder, multiple = true, accept, onFiles, ...rest }: PickProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={rest.class} onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        id={rest.id}
        type="file"
        hidden
        aria-label={label}
        multiple={multiple}
        accept={accept}
        {...(folder && { webkitdirectory: true })}
        onChange={({ currentTarget }) => {
          const found = filesFrom(currentTarget);
          currentTarget.value = '';
          if (found.length > 0) onFiles(found);
        }}
      />
    </>
  );
}
