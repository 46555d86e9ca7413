// Scanners as the configuration names them, in the words of their clients.

import { scannerName } from '../platform/config/scanners.ts';
import type { Config } from '../platform/config/schema.ts';
import type { VirusScannerOptions } from './clamd/virus-scanner.ts';
import type { SpamScannerOptions } from './rspamd/spam-scanner.ts';

/** A virus scanner of the configuration. */
export function clamdOf(entry: Config['clamd'][number]): VirusScannerOptions['scanners'][number] {
  const { address, connections, max_size: maxSize, prove, timeout: timeoutMs } = entry;
  return { address, name: scannerName(address), connections, maxSize, prove, timeoutMs };
}

/** A spam scanner of the configuration. */
export function rspamdOf(entry: Config['rspamd'][number]): SpamScannerOptions['scanners'][number] {
  const { address, connections, max_size: maxSize, timeout: timeoutMs } = entry;
  const settingsIds = { inbound: entry.settings_inbound, outbound: entry.settings_outbound };
  return { address, name: scannerName(address), connections, maxSize, timeoutMs, settingsIds };
}
