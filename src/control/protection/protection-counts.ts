// Counters of the mail path that say what protection did; the last hour of each is kept.

/** Names of metrics, as docs/scanners.md and docs/strangers.md tell of them. */
export const PROTECTION_COUNTS = [
  'easymail_scans_total',
  'easymail_scan_seconds_total',
  'easymail_clamd_seconds',
  'easymail_rspamd_seconds',
  'easymail_smtp_sessions_total',
  'easymail_smtp_sessions_open',
  'easymail_smtp_refused_total',
  'easymail_smtp_cut_off_total',
  'easymail_under_load',
  'easymail_dnsbl_total',
  'easymail_greylist_total',
] as const;
