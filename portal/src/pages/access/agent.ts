// What a browser calls itself, as people name it.

import { useTranslation } from 'react-i18next';

export interface Program {
  browser?: string;
  system?: string;
}

/** The first that fits: those that carry the names of others come before them. */
const BROWSERS = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const;
const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;

export function programOf(agent: string | null): Program {
  const first = (known: readonly (readonly [string, RegExp])[]) =>
    known.find(([, sign]) => sign.test(agent ?? ''))?.[0];
  const browser = first(BROWSERS);
  const system = first(SYSTEMS);
  return { ...(browser !== undefined && { browser }), ...(system !== undefined && { system }) };
}

/** Its name in the language of the person. */
export function useAgentName(): (program: Program) => string {
  const { t } = useTranslation('access');
  return ({ browser, system }) => {
    if (browser !== undefined && system !== undefined) return t('agent.on', { browser, system });
    return browser ?? system ?? t('agent.unknown');
  };
}
