import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '../../../api/call.ts';
import { useFaultSentence } from '../fault-sentence.ts';
import { askForPasskey, canHavePasskeys, stopAsking } from '../webauthn.ts';

/** What the API asks for is good for ten minutes. */
const RENEWED_MS = 9 * 60_000;

interface Then {
  next: (answer: Answer<'signIn'>) => void;
  failed: (fault: string) => void;
}

/** Lets the browser offer passkeys in the field of the address, as it offers passwords. */
export function useFieldPasskey(isWanted: boolean, { next, failed }: Then): void {
  const { t } = useTranslation('access');
  const sentence = useFaultSentence();
  const taken = useEffectEvent(async (proof: Awaited<ReturnType<typeof askForPasskey>>) => {
    if (proof === undefined) return;
    try {
      next(await call('signInWithPasskey', { body: proof }));
    } catch (error) {
      failed(sentence(error, { 401: t('signIn.passkeyWrong'), 403: t('signIn.closed') }));
    }
  });
  useEffect(() => {
    if (!isWanted || !canHavePasskeys()) return undefined;
    // An offer that does not come about is none: the button beside it tells why.
    const offer = () => void askForPasskey({ inField: true }).then(taken, () => undefined);
    offer();
    const timer = setInterval(offer, RENEWED_MS);
    return () => {
      clearInterval(timer);
      void stopAsking();
    };
  }, [isWanted]);
}
