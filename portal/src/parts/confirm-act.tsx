// An act that is shown before it is done: what it affects, why it is done, and a typed word where it cannot be undone. What
// fails is said here, and nothing typed is lost.

import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import { faultOf } from './field-faults.tsx';
import { Failing } from './states.tsx';

export interface ConfirmActProps {
  title: string;
  /** What is affected; given what the act threw, for the fields among it. */
  children?: ReactNode | ((error: unknown) => ReactNode);
  /** The word on the button: a verb. */
  verb: string;
  danger?: boolean;
  /** Has to be typed: for what cannot be undone. */
  typed?: string;
  reason?: 'needed' | 'optional' | undefined;
  /** The button waits, for example until the preview is there. */
  waiting?: boolean;
  /** Does it. What it throws is shown. */
  act: (reason: string) => Promise<unknown>;
  close: () => void;
}

export function ConfirmAct(props: ConfirmActProps) {
  const { title, children, verb, danger = false, typed, reason, waiting = false, act, close } = props;
  const { t } = useTranslation('parts');
  const [word, setWord] = useState('');
  const [why, setWhy] = useState('');
  const [state, setState] = useState<{ at: 'open' } | { at: 'acting' } | { at: 'failed'; error: unknown }>({
    at: 'open',
  });
  const error = state.at === 'failed' ? state.error : undefined;
  const isReady =
    !waiting && (typed === undefined || word.trim() === typed) && (reason !== 'needed' || why.trim() !== '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || state.at === 'acting') return;
    setState({ at: 'acting' });
    try {
      await act(why.trim());
      close();
    } catch (error) {
      setState({ at: 'failed', error });
    }
  };
  return (
    <Dialog opened onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': t('panel.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          {typeof children === 'function' ? children(error) : children}
          {reason !== undefined && (
            <Textarea
              label={reason === 'needed' ? t('act.reason') : t('act.reasonOptional')}
              autosize
              minRows={2}
              maxLength={500}
              required={reason === 'needed'}
              value={why}
              error={faultOf(error, 'reason')}
              onChange={(event) => setWhy(event.currentTarget.value)}
            />
          )}
          {typed !== undefined && (
            <TextInput
              label={t('act.type', { word: typed })}
              value={word}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setWord(event.currentTarget.value)}
            />
          )}
          <Failing error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('act.cancel')}
            </Button>
            <Button
              type="submit"
              color={danger ? 'red.9' : 'petrol'}
              disabled={!isReady}
              loading={state.at === 'acting'}
            >
              {verb}
            </Button>
          </Group>
          {danger && (
            <Text size="xs" c="dimmed">
              {t('act.audited')}
            </Text>
          )}
        </Stack>
      </form>
    </Dialog>
  );
}
