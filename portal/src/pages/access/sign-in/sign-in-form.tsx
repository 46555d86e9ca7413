// Signing in, step by step: address and password, then the second factor; or a passkey, which is both.

import { useState } from 'react';
import type { Answer } from '../../../api/call.ts';
import { PasswordStep } from './password-step.tsx';
import { SecondFactorStep } from './second-factor-step.tsx';

type SignInAnswer = Answer<'signIn'>;
export type SignedIn = Extract<SignInAnswer, { state: 'signed_in' }>;
export type FactorAsked = Extract<SignInAnswer, { state: 'second_factor' }>;

interface SignInFormProps {
  /** Who is expected. */
  email?: string;
  /** Whether the browser may offer passkeys in the field of the address. */
  inField?: boolean;
  done: (signedIn: SignedIn) => void;
}

type Step = { at: 'password'; fault?: string } | { at: 'factor'; asked: FactorAsked };

export function SignInForm({ email = '', inField = false, done }: SignInFormProps) {
  const [step, setStep] = useState<Step>({ at: 'password' });
  const [address, setAddress] = useState(email);
  const next = (answer: SignInAnswer) => {
    if (answer.state === 'signed_in') done(answer);
    else setStep({ at: 'factor', asked: answer });
  };
  if (step.at === 'factor') {
    const back = (fault?: string) => setStep({ at: 'password', ...(fault !== undefined && { fault }) });
    return <SecondFactorStep asked={step.asked} next={next} back={back} />;
  }
  return <PasswordStep address={address} setAddress={setAddress} inField={inField} next={next} fault={step.fault} />;
}
