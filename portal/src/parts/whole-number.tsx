// A field for a whole number: while it is empty the number stays as it was, and comes back when the field is left.

import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';

interface WholeNumberProps extends Omit<NumberInputProps, 'value' | 'onChange' | 'onBlur' | 'min' | 'max'> {
  value: number;
  min: number;
  /** More than this cannot be typed. */
  max: number;
  change: (value: number) => void;
}

export function WholeNumber({ value, min, max, change, ...rest }: WholeNumberProps) {
  const [typed, setTyped] = useState<number | string>();
  const take = (next: number | string) => {
    setTyped(next);
    if (typeof next === 'number' && next >= min && next <= max) change(next);
  };
  return (
    <NumberInput
      {...rest}
      min={min}
      max={max}
      allowDecimal={false}
      allowNegative={min < 0}
      isAllowed={({ floatValue }) => floatValue === undefined || floatValue <= max}
      clampBehavior="none"
      value={typed ?? value}
      onChange={take}
      onBlur={() => setTyped(undefined)}
    />
  );
}
