// A field for a number: while it is empty the number stays as it was, and comes back when the field is left.

import { TextInput, type TextInputProps } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';

interface NumberFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'onBlur' | 'min' | 'max' | 'step'> {
  /** None: the field is empty. */
  value: number | undefined;
  min: number;
  /** More than this cannot be typed; without it the API says what is too much. */
  max?: number;
  /** Figures after the point. Default 0. */
  decimals?: number;
  /** What an arrow adds and takes away. Default 1. */
  step?: number;
  change: (value: number) => void;
}

export function NumberField({
  value,
  min,
  max = Number.MAX_SAFE_INTEGER,
  decimals = 0,
  step = 1,
  change,
  ...rest
}: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  const take = (text: string) => {
    const number = Number(text);
    if (!isNumber(text, decimals) || number > max) return;
    setTyped(text);
    if (text !== '' && number >= min) change(number);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const next = (value ?? min) + (event.key === 'ArrowUp' ? step : -step);
    setTyped(undefined);
    change(Number(Math.min(max, Math.max(min, next)).toFixed(decimals)));
  };
  return (
    <TextInput
      {...rest}
      inputMode={decimals === 0 ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={typed ?? value ?? ''}
      onChange={(event) => take(event.currentTarget.value.trim().replace(',', '.'))}
      onKeyDown={onKey}
      onBlur={() => setTyped(undefined)}
    />
  );
}

/** Nothing, figures, and as many after a point as there may be. */
function isNumber(text: string, decimals: number): boolean {
  const [whole = '', fraction] = text.split('.');
  return (
    /^\d*$/.test(whole) &&
    (fraction === undefined || (decimals > 0 && new RegExp(`^\\d{0,${decimals}}$`).test(fraction)))
  );
}
