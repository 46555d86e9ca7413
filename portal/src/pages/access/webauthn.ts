// Passkeys, as the browser makes and uses them. The library is loaded when somebody has one, or wants one.

import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { type Answer, call } from '../../api/call.ts';

const library = () => import('@simplewebauthn/browser');

/** Whether this browser, at this address, can have passkeys: they are bound to names, never to addresses. */
export function canHavePasskeys(): boolean {
  const { hostname } = window.location;
  return 'PublicKeyCredential' in window && !/^[\d.]+$|:/.test(hostname);
}

/** What an authenticator was asked for, with its answer, for the API; `undefined`: its owner did not want to. */
type Proof = { ticket: string; response: Awaited<ReturnType<typeof answered>> } | undefined;

/** Asks for a passkey of anybody. `inField`: offered by the browser in the field of the address, until `stopAsking`. */
export async function askForPasskey({ inField = false } = {}): Promise<Proof> {
  if (inField && !(await (await library()).browserSupportsWebAuthnAutofill())) return undefined;
  return proofOf(await call('askPasskeySignIn', {}), inField);
}

/** Asks for one of whoever is signed in. */
export async function askForOwnPasskey(): Promise<Proof> {
  return proofOf(await call('askPasskeyStepUp', {}), false);
}

async function proofOf({ ticket, options }: Answer<'askPasskeySignIn'>, inField: boolean): Promise<Proof> {
  try {
    return { ticket, response: await answered(options as unknown as PublicKeyCredentialRequestOptionsJSON, inField) };
  } catch (error) {
    // Whoever closes the browser's window, or has no fitting passkey, is asked for nothing else.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function answered(optionsJSON: PublicKeyCredentialRequestOptionsJSON, useBrowserAutofill: boolean) {
  const { startAuthentication } = await library();
  return plain(await startAuthentication({ optionsJSON, useBrowserAutofill }));
}

/** As JSON: the API takes whatever extensions say. */
function plain<T extends { clientExtensionResults: object }>(response: T) {
  return { ...response, clientExtensionResults: { ...response.clientExtensionResults } as Record<string, unknown> };
}

/** Ends what the browser offers in the field. */
export async function stopAsking(): Promise<void> {
  (await library()).WebAuthnAbortService.cancelCeremony();
}

export type MadePasskey =
  | { kind: 'made'; added: Answer<'addPasskey'> }
  /** Its owner did not want to, or the device has one already. */
  | { kind: 'cancelled' }
  | { kind: 'known' };

/** Makes a passkey on a device, and adds it. */
export async function makePasskey(name: string): Promise<MadePasskey> {
  const { ticket, options } = await call('askPasskeyRegistration', {});
  const { startRegistration } = await library();
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  try {
    const response = plain(await startRegistration({ optionsJSON }));
    return { kind: 'made', added: await call('addPasskey', { body: { ticket, name, response } }) };
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidStateError') return { kind: 'known' };
    if (isRefusal(error)) return { kind: 'cancelled' };
    throw error;
  }
}

const REFUSALS: readonly string[] = ['NotAllowedError', 'AbortError', 'TimeoutError'];

function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.includes(error.name);
}
