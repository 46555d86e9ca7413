// The bounds of taking a message apart that hold where nobody said anything.

import type { ContentLimits } from './taken-apart.ts';

/** Wide enough for any mail that people send, narrow enough for a process of 200 MB and two seconds. */
export const CONTENT_LIMITS: ContentLimits = {
  parts: 5000,
  mimeDepth: 20,
  archiveDepth: 8,
  unpacked: 64 * 1024 * 1024,
  ratio: 200,
  text: 1024 * 1024,
  time: 1500,
};

/** The bounds where these virus scanners look into what is only listed here; without any nobody expects that one does. */
export function limitsWith(scanners: readonly { reads_rar: boolean }[]): ContentLimits {
  return { ...CONTENT_LIMITS, scannerReadsRar: scanners.every(({ reads_rar }) => reads_rar) };
}
