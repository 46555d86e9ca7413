// What the API offers, from its OpenAPI document. Written by "npm run reference"; do not edit.

export interface Operations {
  /** Add a version of a customer’s contract; older ones stay to be read */
  addContract: {
    input: {
      path: { customer: string };
      body: { number: string; sla: string; starts: string; agreed?: string | undefined; note?: string | undefined };
    };
    answer: { version: number; number: string; sla: string; starts: string; agreed?: string | undefined; note?: string | undefined; at: string; by: string };
  };
  /** Add a domain; it counts once the proof of its owner is seen in DNS */
  addDomain: {
    input: {
      path: { customer: string };
      body: { name: string; inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined };
    };
    answer: { name: string; inbound: boolean; outbound: boolean; subdomains: boolean; verified: boolean; verified_by?: 'operator' | 'checks' | undefined; version: string; signed: boolean };
  };
  /** Add a mail host; one with the same host and port is replaced */
  addMailHost: {
    input: {
      path: { customer: string };
      body: { host: string; port?: number | undefined; preference?: number | undefined; tls?: 'opportunistic' | 'verify' | 'none' | undefined };
    };
    answer: { host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' };
  };
  /** Add a passkey */
  addPasskey: {
    input: {
      body: { ticket: string; response: { id: string; rawId: string; type: 'public-key'; clientExtensionResults?: Readonly<Record<string, unknown>> | undefined; authenticatorAttachment?: 'platform' | 'cross-platform' | undefined; response: { clientDataJSON: string; attestationObject: string; transports?: readonly (string)[] | undefined } }; name: string };
    };
    answer: { id: string; recovery_codes?: readonly (string)[] | undefined };
  };
  /** Add an address of ours to a pool; it is out until it is activated */
  addPoolAddress: {
    input: {
      path: { pool: string };
      body: { ip: string; hostname: string; reason?: string | undefined };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** Allow or block a sender */
  addSender: {
    input: {
      body: { customer?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; list: 'allow' | 'block'; sender: string; recipient?: string | undefined; note?: string | undefined; until?: string | undefined; reason?: string | undefined };
    };
    answer: { id: string; customer: string | null; direction: 'inbound' | 'outbound'; list: 'allow' | 'block'; sender: string; recipient: string | null; note: string; made_at: string; made_by: string; until: string | null };
  };
  /** Add an address or network; one that the customer adds waits for the operator */
  addSource: {
    input: {
      path: { customer: string };
      body: { network: string; shared?: boolean | undefined; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined };
    };
    answer: { network: string; state: 'in force' | 'waiting' };
  };
  /** Add a subscription of a customer */
  addSubscription: {
    input: {
      path: { customer: string };
      body: { kind: string; reference: string; since: string; until?: string | undefined };
    };
    answer: { id: number; kind: string; reference: string; since: string; until?: string | undefined; version: string };
  };
  /** Suppress addresses */
  addSuppressions: {
    input: {
      path: { customer: string };
      body: { entries: readonly ({ address: string; reason?: 'invalid_address' | 'complaint' | 'manual' | undefined; note?: string | undefined })[] };
    };
    answer: { added: number; kept: number };
  };
  /** Take over the rules of a ready-made set */
  adoptRuleSet: {
    input: {
      path: { set: string };
      body: { customer?: string | undefined; enabled?: boolean | undefined; language?: 'en' | 'de' | 'fr' | undefined; reason?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; customer: string | null; position: number; name: string; enabled: boolean; conditions: readonly ({ on: string })[]; actions: readonly ({ do: string })[]; last: boolean; made_from: string | null; made_at: string; changed_at: string; changed_by: string })[] };
  };
  /** A named object becomes what the file says; unnamed ones stay, or go with prune */
  apply: {
    input: {
      query?: { prune?: 'true' | 'false' | undefined; dry_run?: 'true' | 'false' | undefined };
      body: string;
    };
    answer: { dry_run: boolean; changes: readonly ({ object: string; action: 'created' | 'changed' | 'removed'; details: readonly (string)[] })[]; unchanged: number; warnings: readonly (string)[] };
  };
  /** Approve an entry; with the last approval needed it is in force, and is verified */
  approveEntry: {
    input: {
      path: { customer: string };
      body: { entry_version: number };
    };
    answer: { stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; needed: number; approvals: readonly ({ who: string; at: string })[] };
  };
  /** Approve a source that the customer has added */
  approveSource: {
    input: {
      path: { customer: string; network: string };
    };
    answer: { network: string; state: 'in force' };
  };
  /** Ask for a link to set a new password */
  askForReset: {
    input: {
      body: { email: string };
    };
    answer: { answer: string };
  };
  /** Ask to send for a domain of somebody else: the answer says what its owner publishes */
  askGrant: {
    input: {
      path: { customer: string };
      body: { domain: string; stream?: string | undefined };
    };
    answer: { customer: string; domain: string; stream: string; asked_at: string; asked_by: string; record: { type: 'TXT'; host: string; value: string }; granted: readonly ({ stream: string; from?: string | undefined; until?: string | undefined })[]; state: 'in_force' | 'later' | 'over' | 'none'; in_force: string | null };
  };
  /** Begin to add a passkey */
  askPasskeyRegistration: {
    input: Record<never, never>;
    answer: { ticket: string; options: Readonly<Record<string, unknown>> };
  };
  /** Begin a sign-in with a passkey */
  askPasskeySignIn: {
    input: Record<never, never>;
    answer: { ticket: string; options: Readonly<Record<string, unknown>> };
  };
  /** Begin a fresh proof with a passkey */
  askPasskeyStepUp: {
    input: Record<never, never>;
    answer: { ticket: string; options: Readonly<Record<string, unknown>> };
  };
  /** Give a customer notice, although it has a subscription */
  beginTermination: {
    input: {
      path: { customer: string };
      body: { reason: string };
    };
    answer: { id: number; customer: string; name: string; state: 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped'; cause: 'subscription' | 'operator'; reason: string; by: string; ended: string; noticed: string | null; deactivation: string | null; removal: string | null; begun_at: string; deactivated_at: string | null; removed_at: string | null; stopped_at: string | null; waits_for: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; certificate: string | null; mails: readonly ({ kind: string; to: string; sent_at: string | null })[]; records: readonly ({ domain: string; purpose: 'spf' | 'mx' | 'dkim' | 'ownership'; type: string; host: string; value: string; state: 'present' | 'gone' | 'unknown'; looked_at: string | null; gone_at: string | null })[]; looked_at: string | null; records_gone_at: string | null };
  };
  /** Begin to set up codes of an authenticator app */
  beginTotp: {
    input: Record<never, never>;
    answer: { ticket: string; secret: string; uri: string };
  };
  /** Refuse a source that the customer has added */
  blockSource: {
    input: {
      path: { customer: string; network: string };
      body: { reason: string };
    };
    answer: { network: string; blocked: true };
  };
  /** Change a customer or its settings; what is left out stays */
  changeCustomer: {
    input: {
      path: { customer: string };
      body: { name?: string | undefined; pools?: readonly (string)[] | undefined; contacts?: readonly ({ name: string; email?: string | undefined; phone?: string | undefined; role?: string | undefined })[] | undefined; language?: 'en' | 'de' | 'fr' | undefined; portal?: 'none' | 'requested' | 'approved' | undefined; hide?: 'off' | 'usual' | 'strict' | undefined; forwards?: 'refuse' | 'srs' | undefined; return_path?: 'sender' | 'relay' | undefined; recipient_check?: 'none' | 'list' | 'call-ahead' | undefined; foreign_from?: 'refuse' | 'rewrite' | undefined };
    };
    answer: { id: string; name: string; language: 'en' | 'de' | 'fr'; stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; state: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed' | 'suspended'; stage_since: string; registered_at: string; portal: 'none' | 'requested' | 'approved'; domain?: string | undefined; pools: readonly (string)[]; contacts: readonly ({ name: string; email?: string | undefined; phone?: string | undefined; role?: string | undefined })[]; suspensions: number; settings?: { hide: 'off' | 'usual' | 'strict'; forwards: 'refuse' | 'srs'; return_path: 'sender' | 'relay'; recipient_check: 'none' | 'list' | 'call-ahead'; foreign_from: 'refuse' | 'rewrite' } | undefined };
  };
  /** Change what a domain is used for */
  changeDomain: {
    input: {
      path: { customer: string; domain: string };
      body: { inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined };
    };
    answer: { name: string; inbound: boolean; outbound: boolean; subdomains: boolean; verified: boolean; verified_by?: 'operator' | 'checks' | undefined; version: string; signed: boolean };
  };
  /** Change your password */
  changePassword: {
    input: {
      body: { current: string; password: string };
    };
    answer: { stepped_up_until: string };
  };
  /** Say which SPF include covers a pool */
  changePool: {
    input: {
      path: { pool: string };
      body: { spf: string | '' | null; reason?: string | undefined };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** Change the name that an address says in EHLO */
  changePoolAddress: {
    input: {
      path: { pool: string; ip: string };
      body: { hostname: string; override?: boolean | undefined; reason?: string | undefined };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** Change your name and language */
  changeProfile: {
    input: {
      body: { name?: string | undefined; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined };
  };
  /** Change settings of protection in one scope */
  changeProtection: {
    input: {
      query: { customer?: string | undefined; direction: 'inbound' | 'outbound'; stream?: string | undefined };
      body: { set?: { virus?: 'reject' | 'quarantine' | undefined; virus_unavailable?: 'later' | 'hold' | undefined; virus_oversize?: 'hold' | 'reject' | undefined; spam_tag?: number | null | undefined; spam_quarantine?: number | null | undefined; spam_reject?: number | null | undefined; spam_subject?: string | undefined; spam_unavailable?: 'later' | 'hold' | undefined; dmarc?: 'follow' | 'note' | undefined; spf_fail?: 'note' | 'quarantine' | 'reject' | undefined; ambiguous?: 'quarantine' | 'reject' | undefined; unreadable?: 'pass' | 'quarantine' | 'reject' | undefined; greylist?: boolean | undefined; quarantine_days?: number | undefined; quarantine_digest?: 'off' | 'daily' | 'weekly' | undefined; lock_senders?: boolean | undefined } | undefined; inherit?: readonly ('virus' | 'virus_unavailable' | 'virus_oversize' | 'spam_tag' | 'spam_quarantine' | 'spam_reject' | 'spam_subject' | 'spam_unavailable' | 'dmarc' | 'spf_fail' | 'ambiguous' | 'unreadable' | 'greylist' | 'quarantine_days' | 'quarantine_digest' | 'lock_senders')[] | undefined; reason?: string | undefined };
    };
    answer: { customer: string | null; direction: 'inbound' | 'outbound'; stream: string | null; streams: readonly (string)[]; settings: Readonly<Record<string, { value: string | number | boolean | null; origin: 'built-in' | 'operator' | 'customer' | 'stream'; inherited: string | number | boolean | null; changeable: boolean }>> };
  };
  /** Release, delete or report many messages in quarantine */
  changeQuarantine: {
    input: {
      body: { query: { id?: string | undefined; customer?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; from?: string | undefined; to?: string | undefined; reason?: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person' | undefined; since?: string | undefined; before?: string | undefined; ids?: readonly (string)[] | undefined }; action: 'release' | 'delete' | 'report_spam' | 'report_ham'; dry_run?: boolean | undefined; expected?: number | undefined; reason?: string | undefined; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { done: boolean; messages: number; recipients: number; skipped: { virus: number; operator: number }; more: boolean; sample: readonly ({ id: string; customer: string; direction: 'inbound' | 'outbound'; stream: string; from: string; header_from: string | null; subject: string | null; to: readonly (string)[]; recipients: number; size: number; accepted_at: string; expires_at: string; reason: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person'; reasons: readonly ('virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person')[]; words: readonly (string)[]; score: number | null; found: readonly (string)[]; by: readonly (string)[]; note: string | null; note_words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; may_release: boolean })[] };
  };
  /** Hold, release, retry, remove or reroute what a query means */
  changeQueue: {
    input: {
      path: { verb: string };
      body: { query?: { id?: string | undefined; customer?: string | undefined; from?: string | undefined; to?: string | undefined; destination?: string | undefined; status?: 'queued' | 'deferred' | 'held' | 'quarantined' | undefined; hold?: string | undefined; cause?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; address?: string | undefined; since?: string | undefined; before?: string | undefined; keys?: readonly (string)[] | undefined } | undefined; all?: boolean | undefined; kind?: string | undefined; note?: string | undefined; hosts?: readonly (string)[] | undefined };
    };
    answer: { changed: number; busy: number };
  };
  /** Change a rule, switch it on or off, or move it */
  changeRule: {
    input: {
      path: { rule: string };
      body: { name?: string | undefined; enabled?: boolean | undefined; conditions?: readonly ({ on: 'direction'; not?: true | undefined; is: 'inbound' | 'outbound' } | { on: 'customer'; not?: true | undefined; in: readonly (string)[] } | { on: 'stream'; not?: true | undefined; in: readonly (string)[] } | { on: 'sender'; not?: true | undefined; in: readonly ('<>' | string)[] } | { on: 'recipient'; not?: true | undefined; in: readonly (string)[] } | { on: 'size'; not?: true | undefined; over: number } | { on: 'recipients'; not?: true | undefined; over: number } | { on: 'header'; not?: true | undefined; name: string; has?: string | undefined; matches?: string | undefined } | { on: 'attachment-type'; not?: true | undefined; in: readonly (string)[] } | { on: 'attachment-name'; not?: true | undefined; in: readonly (string)[] } | { on: 'attachment'; not?: true | undefined; has: readonly ('executable' | 'script' | 'macro' | 'macro-autorun' | 'macro-xlm' | 'remote-template' | 'starts-program' | 'embedded-object' | 'archive' | 'disk-image' | 'encrypted' | 'bomb' | 'too-deep' | 'unreadable' | 'unopened' | 'path-trick' | 'type-mismatch' | 'name-trick')[] } | { on: 'attachment-size'; not?: true | undefined; over: number } | { on: 'fault'; not?: true | undefined } | { on: 'link'; not?: true | undefined; in: readonly (string)[] } | { on: 'link-mismatch'; not?: true | undefined } | { on: 'words'; not?: true | undefined; in: readonly (string)[]; where: 'subject' | 'body' | 'attachments' | 'anywhere'; min?: number | undefined } | { on: 'pattern'; not?: true | undefined; matches: string; where: 'subject' | 'body' | 'attachments' | 'anywhere'; min?: number | undefined } | { on: 'data'; not?: true | undefined; is: readonly ('iban' | 'card-number' | 'lu-national-id')[]; min?: number | undefined } | { on: 'time'; not?: true | undefined; days: readonly (number)[]; from: string; to: string; zone: string })[] | undefined; actions?: readonly ({ do: 'pass' } | { do: 'hold'; note?: string | undefined } | { do: 'quarantine'; note?: string | undefined } | { do: 'reject' } | { do: 'later' } | { do: 'header'; name: string; value: string } | { do: 'subject-tag'; text: string } | { do: 'disclaimer'; text: string; html?: string | undefined } | { do: 'remove-part'; note?: string | undefined } | { do: 'copy'; to: string } | { do: 'notify'; to: readonly (string)[] })[] | undefined; last?: boolean | undefined; position?: number | undefined; reason?: string | undefined };
    };
    answer: { id: string; customer: string | null; position: number; name: string; enabled: boolean; conditions: readonly ({ on: string })[]; actions: readonly ({ do: string })[]; last: boolean; made_from: string | null; made_at: string; changed_at: string; changed_by: string };
  };
  /** Change a subscription; the end of the last one that is not Easymail begins the termination */
  changeSubscription: {
    input: {
      path: { customer: string; subscription: string };
      body: { reference?: string | undefined; since?: string | undefined; until?: string | null | undefined };
    };
    answer: { id: number; kind: string; reference: string; since: string; until?: string | undefined; version: string };
  };
  /** Change a user */
  changeUser: {
    input: {
      path: { user: string };
      body: { role?: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; name?: string | undefined; language?: 'en' | 'de' | 'fr' | undefined; disabled?: boolean | undefined };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined };
  };
  /** Change where events are sent, and which */
  changeWebhook: {
    input: {
      path: { webhook: string };
      body: { url?: string | undefined; description?: string | undefined; types?: readonly (string)[] | undefined; thin?: boolean | undefined };
    };
    answer: { id: string; customer: string | null; url: string; description: string; types: readonly (string)[]; thin: boolean; signing: 'hmac' | 'ed25519'; secrets: readonly ({ made_at: string; until: string | null; public_key?: string | undefined })[]; state: 'active' | 'paused' | 'disabled'; reason: 'hand' | 'failing' | 'gone' | null; since: string; created_at: string; health: { waiting: number; failing_since: string | null; failures: number; last_success: string | null; last_failure: string | null; dropped: number; dropped_first: string | null; dropped_last: string | null } | null };
  };
  /** Look whether the published records are those of the keys */
  checkDkimRecords: {
    input: {
      path: { domain: string };
    };
    answer: { entries: readonly ({ domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[] };
  };
  /** Try port 25 of a customer's mail hosts from an address that should not get through */
  checkFirewall: {
    input: {
      path: { customer: string };
    };
    answer: { customer: string; ports: readonly ({ host: string; ip?: string | undefined; port: number; state: 'open' | 'shut' | 'unknown'; reason: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; from?: string | undefined; ours?: 'open' | 'shut' | 'unknown' | undefined })[] };
  };
  /** What would be wrong with the entry once these parts were saved; nothing is saved */
  checkOnboarding: {
    input: {
      body: { domains?: readonly ({ name: string; inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined })[] | undefined; mailhosts?: readonly ({ host: string; port?: number | undefined; preference?: number | undefined; tls?: 'opportunistic' | 'verify' | 'none' | undefined })[] | undefined; sources?: readonly ({ network: string; shared?: boolean | undefined; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[] | undefined; administrators?: readonly ({ name: string; email: string; role?: 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; language?: 'en' | 'de' | 'fr' | undefined })[] | undefined; portal?: boolean | undefined; test_recipient?: string | null | undefined };
    };
    answer: { faults: readonly ({ field: string; line?: number | undefined; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] };
  };
  /** Look now whether DNS speaks for the addresses of a pool */
  checkPool: {
    input: {
      path: { pool: string };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** What is wrong with a rule that is not kept yet */
  checkRule: {
    input: {
      body: { customer?: string | undefined; rule: Readonly<Record<string, unknown>> };
    };
    answer: { faults: readonly ({ field: string; line?: number | undefined; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] };
  };
  /** Set up codes of an authenticator app */
  confirmTotp: {
    input: {
      body: { ticket: string; code: string };
    };
    answer: { recovery_codes?: readonly (string)[] | undefined };
  };
  /** How many customers there are, by state and by what is to be seen to */
  countCustomers: {
    input: Record<never, never>;
    answer: { total: number; states: Readonly<Record<string, number>>; concerns: Readonly<Record<string, number>> };
  };
  /** Make a DKIM key */
  createDkimKey: {
    input: {
      body: { domain: string; stream?: '' | string | undefined; algorithm?: 'rsa' | 'ed25519' | undefined; selector?: string | undefined; published?: boolean | undefined };
    };
    answer: { domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** Export what a search finds, as a table */
  createExport: {
    input: {
      body: { query?: string | undefined; customer?: string | undefined; columns?: readonly ('time' | 'direction' | 'from' | 'to' | 'subject' | 'status' | 'changed' | 'size' | 'sending_address' | 'pool' | 'host' | 'reply' | 'cause' | 'class' | 'permanence' | 'responsible' | 'attempts' | 'message_id' | 'queue_id' | 'client_address' | 'score' | 'customer' | 'count')[] | undefined };
    };
    answer: { id: string; customer: string | null; query: string; columns: readonly ('time' | 'direction' | 'from' | 'to' | 'subject' | 'status' | 'changed' | 'size' | 'sending_address' | 'pool' | 'host' | 'reply' | 'cause' | 'class' | 'permanence' | 'responsible' | 'attempts' | 'message_id' | 'queue_id' | 'client_address' | 'score' | 'customer' | 'count')[]; state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'; rows: number; progress?: number | undefined; searched_to?: string | undefined; octets: number | null; cut: boolean; asked_at: string; ended_at: string | null; expires_at?: string | undefined; fault: string | null };
  };
  /** Make a link for a customer; one for onboarding takes the place of those before it */
  createLink: {
    input: {
      path: { customer: string };
      body: { kind?: 'onboarding' | 'records' | undefined; send_to?: { email: string; language?: 'en' | 'de' | 'fr' | undefined } | undefined };
    };
    answer: { id: string; kind: 'onboarding' | 'records'; url: string; expires_at: string; sent?: boolean | undefined };
  };
  /** Make a pool; its addresses are out until they are activated */
  createPool: {
    input: {
      body: { name: string; spf?: string | '' | undefined; addresses?: readonly ({ ip: string; hostname: string })[] | undefined; reason?: string | undefined };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** Make a rule of the content filter */
  createRule: {
    input: {
      body: { customer?: string | undefined; name: string; enabled?: boolean | undefined; conditions: readonly ({ on: 'direction'; not?: true | undefined; is: 'inbound' | 'outbound' } | { on: 'customer'; not?: true | undefined; in: readonly (string)[] } | { on: 'stream'; not?: true | undefined; in: readonly (string)[] } | { on: 'sender'; not?: true | undefined; in: readonly ('<>' | string)[] } | { on: 'recipient'; not?: true | undefined; in: readonly (string)[] } | { on: 'size'; not?: true | undefined; over: number } | { on: 'recipients'; not?: true | undefined; over: number } | { on: 'header'; not?: true | undefined; name: string; has?: string | undefined; matches?: string | undefined } | { on: 'attachment-type'; not?: true | undefined; in: readonly (string)[] } | { on: 'attachment-name'; not?: true | undefined; in: readonly (string)[] } | { on: 'attachment'; not?: true | undefined; has: readonly ('executable' | 'script' | 'macro' | 'macro-autorun' | 'macro-xlm' | 'remote-template' | 'starts-program' | 'embedded-object' | 'archive' | 'disk-image' | 'encrypted' | 'bomb' | 'too-deep' | 'unreadable' | 'unopened' | 'path-trick' | 'type-mismatch' | 'name-trick')[] } | { on: 'attachment-size'; not?: true | undefined; over: number } | { on: 'fault'; not?: true | undefined } | { on: 'link'; not?: true | undefined; in: readonly (string)[] } | { on: 'link-mismatch'; not?: true | undefined } | { on: 'words'; not?: true | undefined; in: readonly (string)[]; where: 'subject' | 'body' | 'attachments' | 'anywhere'; min?: number | undefined } | { on: 'pattern'; not?: true | undefined; matches: string; where: 'subject' | 'body' | 'attachments' | 'anywhere'; min?: number | undefined } | { on: 'data'; not?: true | undefined; is: readonly ('iban' | 'card-number' | 'lu-national-id')[]; min?: number | undefined } | { on: 'time'; not?: true | undefined; days: readonly (number)[]; from: string; to: string; zone: string })[]; actions: readonly ({ do: 'pass' } | { do: 'hold'; note?: string | undefined } | { do: 'quarantine'; note?: string | undefined } | { do: 'reject' } | { do: 'later' } | { do: 'header'; name: string; value: string } | { do: 'subject-tag'; text: string } | { do: 'disclaimer'; text: string; html?: string | undefined } | { do: 'remove-part'; note?: string | undefined } | { do: 'copy'; to: string } | { do: 'notify'; to: readonly (string)[] })[]; last?: boolean | undefined; position?: number | undefined; reason?: string | undefined };
    };
    answer: { id: string; customer: string | null; position: number; name: string; enabled: boolean; conditions: readonly ({ on: string })[]; actions: readonly ({ do: string })[]; last: boolean; made_from: string | null; made_at: string; changed_at: string; changed_by: string };
  };
  /** Have events sent to an endpoint */
  createWebhook: {
    input: {
      body: { customer?: string | undefined; url: string; description?: string | undefined; types?: readonly (string)[] | undefined; thin?: boolean | undefined; signing?: 'hmac' | 'ed25519' | undefined };
    };
    answer: { id: string; customer: string | null; url: string; description: string; types: readonly (string)[]; thin: boolean; signing: 'hmac' | 'ed25519'; secrets: readonly ({ made_at: string; until: string | null; public_key?: string | undefined })[]; state: 'active' | 'paused' | 'disabled'; reason: 'hand' | 'failing' | 'gone' | null; since: string; created_at: string; health: { waiting: number; failing_since: string | null; failures: number; last_success: string | null; last_failure: string | null; dropped: number; dropped_first: string | null; dropped_last: string | null } | null; secret?: string | undefined; public_key?: string | undefined };
  };
  /** Delete a message in quarantine */
  deleteQuarantined: {
    input: {
      path: { id: string };
      body: { reason?: string | undefined };
    };
    answer: { deleted: number };
  };
  /** Take no new mail, empty the queue */
  drain: {
    input: Record<never, never>;
    answer: { queued: number; deferred: number; held: number; quarantined: number; events_pending: number };
  };
  /** Give up a grant: it ends at once */
  dropGrant: {
    input: {
      path: { customer: string; domain: string };
    };
    answer: undefined;
  };
  /** End all your other sessions */
  endOtherSessions: {
    input: Record<never, never>;
    answer: { ended: number };
  };
  /** End one of your sessions */
  endOwnSession: {
    input: {
      path: { session: string };
    };
    answer: undefined;
  };
  /** End all sessions of a user */
  endUserSessions: {
    input: {
      path: { user: string };
    };
    answer: { ended: number };
  };
  /** Examines the machine now; who asks while it is going on, or within half a minute, gets the same answer */
  examineRelay: {
    input: Record<never, never>;
    answer: { state: 'never' | 'running' | 'done'; at: string | null; findings: readonly ({ state: 'ok' | 'warn' | 'fault'; subject: string; found: string; mend?: string | undefined; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] };
  };
  /** What would happen to a message from here, as this sender, to there */
  explain: {
    input: {
      query: { ip: string; from: '' | '<>' | string; to: string; header_from?: string | undefined; login?: string | undefined; certificate?: string | undefined; listener?: string | undefined };
    };
    answer: { verdict: 'outbound' | 'inbound' | 'refused'; steps: readonly (string)[]; trail: readonly ({ step: 'listener' | 'no_listener' | 'login' | 'unknown_login' | 'certificate' | 'unregistered' | 'source' | 'shared_source' | 'sender' | 'mailbox' | 'greylisted' | 'recipient' | 'proof_assumed' | 'forward_assumed' | 'way' | 'hidden' | 'protection_of' | 'recipient_protection' | 'own_address' | 'refused'; text: string; values: Readonly<Record<string, string>>; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; refused?: { at: 'mail' | 'rcpt' | 'header'; name: string; reply: string; reason: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | undefined; customer?: string | undefined; stream?: string | undefined; rule?: string | undefined; signed_with?: readonly (string)[] | undefined; header_changes?: number | undefined; route?: { rule?: string | undefined; site?: string | undefined; hosts?: readonly ({ name: string; port: number; addresses: readonly (string)[] })[] | undefined; tls?: string | undefined; ends?: 'bounce' | 'defer' | undefined; cause?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | undefined; addresses?: readonly ({ pool: string; ip: string; hostname: string })[] | 'none' | undefined };
  };
  /** Pools and customers as a file that `apply` takes; applied at once, it changes nothing */
  export: {
    input: {
      query?: { customer?: string | undefined };
    };
    answer: string;
  };
  /** What the approval of an entry would change, who approved it, and what stands in the way */
  getApproval: {
    input: {
      path: { customer: string };
    };
    answer: { entry_version: number; needed: number; approvals: readonly ({ who: string; at: string })[]; changes: readonly (string)[]; differences: readonly ({ kind: 'domain' | 'mailhost' | 'source' | 'administrator' | 'portal' | 'test_recipient'; name: string; change: 'added' | 'removed' | 'changed' | 'same'; in_force?: Readonly<Record<string, string | number | boolean>> | undefined; asked?: Readonly<Record<string, string | number | boolean>> | undefined; since_return?: 'added' | 'removed' | 'changed' | 'same' | undefined; asked_before?: Readonly<Record<string, string | number | boolean>> | undefined })[]; faults?: readonly ({ field: string; line?: number | undefined; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] | undefined };
  };
  /** A caught message as it was received, as a file */
  getCaughtSource: {
    input: {
      path: { name: string };
    };
    answer: string;
  };
  /** The certificate of a customer’s removal, as signed JSON or as PDF */
  getCertificate: {
    input: {
      path: { customer: string };
      query?: { format?: 'json' | 'pdf' | undefined };
    };
    answer: { certificate: { format: 'easymail.removal.1'; number: string; language: 'en' | 'de' | 'fr'; operator: { name: string; address: string | null; relay: string }; customer: { id: string; name: string }; cause: 'subscription' | 'operator'; service_ended: string; noticed: string; deactivated_at: string; removed_at: string; removed_by: string; removed: { mail_hosts: { count: number; items: readonly (string)[]; sha256: string }; domains: { count: number; items: readonly (string)[]; sha256: string }; sources: { count: number; items: readonly (string)[]; sha256: string }; logins: { count: number }; client_certificates: { count: number }; grants: { count: number; items: readonly (string)[]; sha256: string }; dkim_keys: { count: number; items: readonly ({ domain: string; selector: string; algorithm: 'rsa' | 'ed25519'; public_key_sha256: string })[]; sha256: string }; recipients: { count: number }; suppressions: { count: number }; users: { count: number }; api_keys: { count: number }; webhooks: { count: number }; links: { count: number }; contacts: { count: number } }; remains: readonly ({ what: 'trace' | 'audit' | 'events' | 'notices' | 'backups' | 'contract' | 'certificate'; until: string | null })[]; dns: readonly ({ type: string; host: string; value: string; state: 'present' | 'gone' | 'unknown' })[] }; signature: { algorithm: 'Ed25519'; key: string; public_key: string; value: string } };
  };
  /** What the checks of a customer found last */
  getChecks: {
    input: {
      path: { customer: string };
      query?: { state?: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting' | undefined; kind?: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant' | undefined; object?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; kind: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant'; object: string; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; required: boolean; expected: string; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; advice: string; code?: string | undefined; values?: Readonly<Record<string, string>> | undefined; looked_at: string | null; since: string })[]; next?: string | undefined };
  };
  /** A customer and its settings */
  getCustomer: {
    input: {
      path: { customer: string };
    };
    answer: { id: string; name: string; language: 'en' | 'de' | 'fr'; stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; state: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed' | 'suspended'; stage_since: string; registered_at: string; portal: 'none' | 'requested' | 'approved'; domain?: string | undefined; pools: readonly (string)[]; contacts: readonly ({ name: string; email?: string | undefined; phone?: string | undefined; role?: string | undefined })[]; suspensions: number; settings?: { hide: 'off' | 'usual' | 'strict'; forwards: 'refuse' | 'srs'; return_path: 'sender' | 'relay'; recipient_check: 'none' | 'list' | 'call-ahead'; foreign_from: 'refuse' | 'rewrite' } | undefined };
  };
  /** What was entered for a customer so far, and what is wrong with it */
  getEntry: {
    input: {
      path: { customer: string };
    };
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined; faults?: readonly ({ field: string; line?: number | undefined; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] | undefined };
  };
  /** What the last examination of the machine found, as `doctor` does */
  getExamination: {
    input: Record<never, never>;
    answer: { state: 'never' | 'running' | 'done'; at: string | null; findings: readonly ({ state: 'ok' | 'warn' | 'fault'; subject: string; found: string; mend?: string | undefined; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] };
  };
  /** The table of an export, as CSV */
  getExportFile: {
    input: {
      path: { export: string };
    };
    answer: string;
  };
  /** The result of an export, an object a line; for a limited time */
  getExportResult: {
    input: {
      path: { request: string };
    };
    answer: string;
  };
  /** Addresses and names that a customer's firewall should let through */
  getFirewall: {
    input: {
      path: { customer: string };
    };
    answer: { customer: string; inbound: readonly ({ pool: string; ip: string; hostname: string; state: 'active' | 'draining' })[]; outbound: readonly ({ pool: string; ip: string; hostname: string; state: 'active' | 'draining' })[]; submit: readonly ({ hostname: string; port: number; tls: string; roles: readonly (string)[] })[]; addresses: readonly (string)[]; notes: readonly (string)[]; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** What strangers did in the last hour, and what became of them */
  getFloods: {
    input: Record<never, never>;
    answer: { starts: readonly (string)[]; connections: { open: number; limit: number; opened: { name: string; last_hour: number; slots: readonly (number)[] } }; load: readonly ({ thread: string; since: string; cause: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[]; refused: readonly ({ name: string; last_hour: number; slots: readonly (number)[] })[]; cut_off: readonly ({ name: string; last_hour: number; slots: readonly (number)[] })[]; lists: readonly ({ zone: string; fault: { since: string; detail: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined } | null; results: readonly ({ name: string; last_hour: number; slots: readonly (number)[] })[] })[]; greylisting: { on: boolean; otherwise: readonly (string)[]; results: readonly ({ name: string; last_hour: number; slots: readonly (number)[] })[] } };
  };
  /** How the relay is: alarms, threads, disk, queue by age, reconciler, scanners, backups, certificates */
  getHealth: {
    input: Record<never, never>;
    answer: { at: string; state: 'well' | 'attention' | 'trouble'; relay: { version: string; hostname: string; state: string; started_at: string }; alarms: readonly ({ name: string; about?: string | undefined; meaning: string; text: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; since: string })[]; threads: readonly ({ name: string; since: string; restarts: number; busy: number })[]; disk: { free: number | null; total: number; low_water: number; full: boolean }; queue: { at: string; queued: number; deferred: number; held: number; quarantined: number; ages: readonly ({ from_ms: number; to_ms: number | null; waiting: number; held: number })[]; oldest: string | null; destinations: readonly ({ destination: string; waiting: number; deferred: number })[] } | null; fresh_age_ms: number | null; events_pending: number | null; reconciler: { state: 'even' | 'fault' | 'unknown'; at: string | null; faults: readonly (string)[]; unknown: readonly (string)[]; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined }; scanners: readonly ({ scanner: string; address: string; state: 'unknown' | 'up' | 'down'; since: string | null; incomplete: boolean | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; backup: { off: string | null; off_code?: string | undefined; off_values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined; interval_ms: number; state: 'idle' | 'running' | 'done' | 'failed'; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; last: { id: string; made_at: string; size: number } | null }; retention: { last_drop: { at: string; faults: number } | null; last_look: { at: string; faults: number } | null }; certificates: readonly ({ file: string; used_by: readonly (string)[]; names: readonly (string)[]; ends_at: string | null; state: 'good' | 'ends_soon' | 'ended' | 'unreadable' })[] };
  };
  /** How much a customer has: what its removal would take away, and how its checks stand */
  getHoldings: {
    input: {
      path: { customer: string };
    };
    answer: { domains: number; mail_hosts: number; sources: number; waiting_sources: number; logins: number; client_certificates: number; grants: number; dkim_keys: number; recipients: number; suppressions: number; users: number; api_keys: number; webhooks: number; links: number; contacts: number; checks: { ok: number; warn: number; fail: number; unknown: number; waiting: number }; open_checks: number };
  };
  /** What was entered over the link so far, what is wrong with it, and how far the customer is */
  getOnboarding: {
    input: Record<never, never>;
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined; customer: { name: string; language: 'en' | 'de' | 'fr'; stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed' }; may_change: boolean; returned?: { at: string; reason?: string | undefined } | undefined; link_expires_at?: string | undefined; portal: 'none' | 'requested' | 'approved'; faults?: readonly ({ field: string; line?: number | undefined; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] | undefined };
  };
  /** What the checks found last, over a link; over one to the records, of DNS alone */
  getOnboardingChecks: {
    input: Record<never, never>;
    answer: { entries: readonly ({ customer: string; kind: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant'; object: string; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; required: boolean; expected: string; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; advice: string; code?: string | undefined; values?: Readonly<Record<string, string>> | undefined; looked_at: string | null; since: string })[] };
  };
  /** The records to publish in DNS, over a link */
  getOnboardingRecords: {
    input: Record<never, never>;
    answer: { entries: readonly ({ domain: string; purpose: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc'; type: 'TXT' | 'MX'; host: string; value: string; optional: boolean; note: string })[]; language: 'en' | 'de' | 'fr' };
  };
  /** Where the test message goes to, and how far both tests have come */
  getOnboardingTest: {
    input: Record<never, never>;
    answer: { passed: boolean; outbound?: { state: 'waiting' | 'under way' | 'passed' | 'failed'; to: string; message?: string | undefined; passed_at?: string | undefined; journey: readonly ({ at: string; type: string; host?: string | undefined; ip?: string | undefined; tls?: string | undefined; from?: string | undefined; duration_ms?: number | undefined; reply?: string | undefined; cause?: string | undefined; next_attempt_at?: string | undefined })[]; refused: readonly ({ at: string; ip?: string | undefined; from?: string | undefined; reply?: string | undefined })[] } | undefined; inbound?: { state: 'waiting' | 'under way' | 'passed' | 'failed'; to: string; message?: string | undefined; passed_at?: string | undefined; journey: readonly ({ at: string; type: string; host?: string | undefined; ip?: string | undefined; tls?: string | undefined; from?: string | undefined; duration_ms?: number | undefined; reply?: string | undefined; cause?: string | undefined; next_attempt_at?: string | undefined })[]; refused: readonly ({ at: string; ip?: string | undefined; from?: string | undefined; reply?: string | undefined })[] } | undefined };
  };
  /** How many customers’ mail leaves from a pool; who they are says listCustomers with `pool` */
  getPoolUsage: {
    input: {
      path: { pool: string };
    };
    answer: { customers: number; alone: number };
  };
  /** What the portal has to know before anybody has signed in */
  getPortal: {
    input: Record<never, never>;
    answer: { sandbox: boolean };
  };
  /** The register of processing (Art. 30 GDPR), made from the configuration */
  getProcessingRegister: {
    input: Record<never, never>;
    answer: { made_at: string; processor: { name: string; address: string | null; data_protection_officer: { name: string; email: string } | null }; role: string; controllers: string; processing: readonly (string)[]; purposes: readonly (string)[]; data_categories: readonly (string)[]; data_subjects: readonly (string)[]; place: string; transfers: string; sub_processors: readonly (string)[]; security: readonly (string)[]; data: readonly ({ kind: string; holds: string; data_subjects: readonly (string)[]; categories: readonly (string)[]; store: string; where: string; purposes: readonly (string)[]; kept_days: number | null; counted_from: string; dropped: string; erasure_by_address: string })[]; missing: readonly (string)[] };
  };
  /** The register of processing as text (Markdown) */
  getProcessingRegisterText: {
    input: Record<never, never>;
    answer: string;
  };
  /** Settings of protection, and where each comes from */
  getProtection: {
    input: {
      query: { customer?: string | undefined; direction: 'inbound' | 'outbound'; stream?: string | undefined };
    };
    answer: { customer: string | null; direction: 'inbound' | 'outbound'; stream: string | null; streams: readonly (string)[]; settings: Readonly<Record<string, { value: string | number | boolean | null; origin: 'built-in' | 'operator' | 'customer' | 'stream'; inherited: string | number | boolean | null; changeable: boolean }>> };
  };
  /** Counts of the queue */
  getQueueCounts: {
    input: Record<never, never>;
    answer: { queued: number; deferred: number; held: number; quarantined: number; events_pending: number };
  };
  /** What waits, by age and destination; takes as long as the queue is long */
  getQueueSurvey: {
    input: {
      query?: { customer?: string | undefined };
    };
    answer: { at: string; queued: number; deferred: number; held: number; quarantined: number; ages: readonly ({ from_ms: number; to_ms: number | null; waiting: number; held: number })[]; oldest: string | null; destinations: readonly ({ destination: string; waiting: number; deferred: number })[] };
  };
  /** The records that a customer publishes in DNS */
  getRecords: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ domain: string; purpose: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc'; type: 'TXT' | 'MX'; host: string; value: string; optional: boolean; note: string })[] };
  };
  /** What is kept for how long, and the last runs of the jobs that drop and that look */
  getRetention: {
    input: {
      query?: { customer?: string | undefined };
    };
    answer: { kinds: readonly ({ kind: string; holds: string; data_subjects: readonly (string)[]; categories: readonly (string)[]; store: string; where: string; purposes: readonly (string)[]; kept_days: number | null; counted_from: string; dropped: string; erasure_by_address: string })[]; last_drop: { dropped: Readonly<Record<string, number>>; failed: Readonly<Record<string, string>>; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; at: string } | null; last_look: { findings: readonly ({ store: string; where: string; what: string; count: number; oldest: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; unknown: readonly (string)[]; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; at: string } | null };
  };
  /** What an alarm means, how to check, how to mend it */
  getRunbook: {
    input: {
      path: { name: string };
    };
    answer: { name: string; title: string; text: string };
  };
  /** The sandbox: where to send a first message; 404 where the relay has a configuration */
  getSandbox: {
    input: Record<never, never>;
    answer: { url: string; smtp: { host: string; port: number }; customer: string; domain: string; commands: { curl: string; swaks: string } };
  };
  /** Who is signed in, and what it may do */
  getSession: {
    input: Record<never, never>;
    answer: { user: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined }; permissions: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; session: string; stepped_up_until: string; set_up_needed: boolean };
  };
  /** Every key of the configuration as it is in force, and where its value comes from */
  getSettings: {
    input: Record<never, never>;
    answer: { file: string | null; entries: readonly ({ key: string; section: string; kind: 'time' | 'size' | 'number' | 'boolean' | 'text' | 'address' | 'choice' | 'list' | 'table'; choices: readonly (string)[] | null; value: string | null; default: string | null; required: boolean; set: boolean; secret: boolean; origin: { from: 'default' | 'file' | 'environment' | 'sandbox'; line: number | null; variable: string | null }; restart: boolean; waits: boolean; description: string })[] };
  };
  /** What a sign-in takes here */
  getSignIn: {
    input: Record<never, never>;
    answer: { administrator: boolean; passkeys: boolean };
  };
  /** SPF records to publish for our addresses, and what DNS has now */
  getSpf: {
    input: Record<never, never>;
    answer: { includes: readonly ({ name: string; pools: readonly (string)[]; lookups: number; state: 'ok' | 'missing' | 'too_much' | 'unknown'; records: readonly ({ name: string; type: 'TXT'; text: string; strings: readonly (string)[]; answer_octets: number; found: string | null; state: 'ok' | 'missing' | 'different' | 'unknown' })[]; missing: readonly ({ pool: string; ip: string; state: 'active' | 'draining' | 'out' })[]; too_much: readonly (string)[]; foreign: readonly (string)[]; obsolete: readonly (string)[]; leaving: readonly ({ pool: string; ip: string; until: string })[]; faults: readonly (string)[]; warnings: readonly (string)[]; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; notes: readonly (string)[]; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** How the relay is */
  getStatus: {
    input: Record<never, never>;
    answer: { version: string; hostname: string; state: string; started_at: string };
  };
  /** Why an address is suppressed, and since when */
  getSuppression: {
    input: {
      path: { customer: string; address: string };
    };
    answer: { customer: string; address: string; reason: 'invalid_address' | 'complaint' | 'manual'; evidence: string; at: string; by: string };
  };
  /** The end of a customer: its days, who was told, what is still in DNS */
  getTermination: {
    input: {
      path: { customer: string };
    };
    answer: { id: number; customer: string; name: string; state: 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped'; cause: 'subscription' | 'operator'; reason: string; by: string; ended: string; noticed: string | null; deactivation: string | null; removal: string | null; begun_at: string; deactivated_at: string | null; removed_at: string | null; stopped_at: string | null; waits_for: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; certificate: string | null; mails: readonly ({ kind: string; to: string; sent_at: string | null })[]; records: readonly ({ domain: string; purpose: 'spf' | 'mx' | 'dkim' | 'ownership'; type: string; host: string; value: string; state: 'present' | 'gone' | 'unknown'; looked_at: string | null; gone_at: string | null })[]; looked_at: string | null; records_gone_at: string | null };
  };
  /** How far the test messages of a customer have come, both ways */
  getTest: {
    input: {
      path: { customer: string };
    };
    answer: { passed: boolean; outbound?: { state: 'waiting' | 'under way' | 'passed' | 'failed'; to: string; message?: string | undefined; passed_at?: string | undefined; journey: readonly ({ at: string; type: string; host?: string | undefined; ip?: string | undefined; tls?: string | undefined; from?: string | undefined; duration_ms?: number | undefined; reply?: string | undefined; cause?: string | undefined; next_attempt_at?: string | undefined })[]; refused: readonly ({ at: string; ip?: string | undefined; from?: string | undefined; reply?: string | undefined })[] } | undefined; inbound?: { state: 'waiting' | 'under way' | 'passed' | 'failed'; to: string; message?: string | undefined; passed_at?: string | undefined; journey: readonly ({ at: string; type: string; host?: string | undefined; ip?: string | undefined; tls?: string | undefined; from?: string | undefined; duration_ms?: number | undefined; reply?: string | undefined; cause?: string | undefined; next_attempt_at?: string | undefined })[]; refused: readonly ({ at: string; ip?: string | undefined; from?: string | undefined; reply?: string | undefined })[] } | undefined };
  };
  /** How long the way from the order to live took, by stage and by side, against the targets */
  getTimes: {
    input: {
      path: { customer: string };
    };
    answer: { stages: readonly ({ stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; side: 'operator' | 'customer'; since: string; until?: string | undefined; duration_s: number })[]; operator: { turn_s: number; worked_s: number; target_s: number; within_target: boolean }; customer: { turn_s: number; worked_s: number; target_s: number; within_target: boolean }; total_s: number; target_s: number; within_target: boolean; complete: boolean };
  };
  /** How much mail went where, by hour or day; counted as it happens */
  getTraffic: {
    input: {
      query?: { customer?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; from?: string | undefined; to?: string | undefined; by?: 'hour' | 'day' | undefined; zone?: string | undefined };
    };
    answer: { from: string; to: string; by: 'hour' | 'day'; buckets: readonly ({ at: string; counts: { messages: number; recipients: number; octets: number; delivered: number; deferred: number; bounced: number; expired: number; suppressed: number; removed: number; held: number; quarantined: number; rejected: number; complained: number; late_bounces: number; within_1s: number; within_5s: number; within_30s: number; within_2m: number; within_10m: number; within_1h: number; within_6h: number; later: number }; inbound: number; outbound: number })[]; totals: { messages: number; recipients: number; octets: number; delivered: number; deferred: number; bounced: number; expired: number; suppressed: number; removed: number; held: number; quarantined: number; rejected: number; complained: number; late_bounces: number; within_1s: number; within_5s: number; within_30s: number; within_2m: number; within_10m: number; within_1h: number; within_6h: number; later: number }; inbound: { messages: number; recipients: number; octets: number; delivered: number; deferred: number; bounced: number; expired: number; suppressed: number; removed: number; held: number; quarantined: number; rejected: number; complained: number; late_bounces: number; within_1s: number; within_5s: number; within_30s: number; within_2m: number; within_10m: number; within_1h: number; within_6h: number; later: number }; outbound: { messages: number; recipients: number; octets: number; delivered: number; deferred: number; bounced: number; expired: number; suppressed: number; removed: number; held: number; quarantined: number; rejected: number; complained: number; late_bounces: number; within_1s: number; within_5s: number; within_30s: number; within_2m: number; within_10m: number; within_1h: number; within_6h: number; later: number }; bounces: readonly ({ class: string; count: number })[]; refusals: readonly ({ reply: string; count: number })[]; domains: readonly ({ domain: string; recipients: number; delivered: number; deferred: number; bounced: number })[]; other_domains: number; recounting: boolean };
  };
  /** Give the second factor of a sign-in */
  giveSecondFactor: {
    input: {
      body: { ticket: string; code?: string | undefined; recovery_code?: string | undefined };
    };
    answer: { state: 'signed_in'; user: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined }; set_up_needed: boolean } | { state: 'second_factor'; ticket: string; ways: readonly ('totp' | 'passkey' | 'recovery_code')[] };
  };
  /** Register the customers of a CSV file: all of them, or none where a row has a fault */
  importCustomers: {
    input: {
      query?: { dry_run?: 'true' | 'false' | undefined; invite?: 'true' | 'false' | undefined };
      body: string;
    };
    answer: { dry_run: boolean; rows: number; customers: readonly ({ id: string; name: string; line: number; url?: string | undefined })[]; faults: readonly ({ field: string; line: number; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] };
  };
  /** Take over a DKIM key that was made elsewhere */
  importDkimKey: {
    input: {
      body: { domain: string; selector: string; stream?: '' | string | undefined; private_key: string; published?: boolean | undefined };
    };
    answer: { domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** A customer’s list of recipients becomes what a CSV file says, or grows by it */
  importRecipients: {
    input: {
      path: { customer: string };
      query?: { dry_run?: 'true' | 'false' | undefined; mode?: 'replace' | 'add' | undefined };
      body: string;
    };
    answer: { dry_run: boolean; rows: number; added: number; removed: number; fault_count: number; faults: readonly ({ field: string; line: number; message: string; code?: string | undefined; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined })[] };
  };
  /** Invite somebody */
  inviteUser: {
    input: {
      body: { email: string; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; name?: string | undefined; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined; mailed: boolean };
  };
  /** Lift one suspension; mail goes on when no other stands */
  liftSuspension: {
    input: {
      path: { customer: string; suspension: string };
      body: { reason: string };
    };
    answer: { standing: number };
  };
  /** Domains of all customers, in the order of their names, with what their checks say */
  listAllDomains: {
    input: {
      query?: { customer?: string | undefined; text?: string | undefined; state?: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting' | undefined; verified?: 'true' | 'false' | undefined; direction?: 'inbound' | 'outbound' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; customer_name?: string | undefined; name: string; inbound: boolean; outbound: boolean; subdomains: boolean; verified: boolean; verified_by?: 'operator' | 'checks' | undefined; signed: boolean; checks: readonly ({ kind: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant'; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting' })[] })[]; next?: string | undefined };
  };
  /** Mail hosts of all customers, in the order of customer, host and port, with what their checks say */
  listAllMailHosts: {
    input: {
      query?: { customer?: string | undefined; text?: string | undefined; state?: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; customer_name?: string | undefined; host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none'; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; next?: string | undefined };
  };
  /** Addresses and networks that customers send from, in the order of customer and network; with those that wait */
  listAllSources: {
    input: {
      query?: { customer?: string | undefined; text?: string | undefined; state?: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting' | undefined; waiting?: 'true' | 'false' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; customer_name?: string | undefined; network: string; waiting: boolean; proof?: 'login' | 'header' | 'secret' | undefined; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; next?: string | undefined };
  };
  /** Who changed what, newest first */
  listAudit: {
    input: {
      query?: { customer?: string | undefined; id?: number | undefined; object?: string | undefined; who?: string | undefined; action?: string | undefined; since?: string | undefined; until?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: number; at: string; who: string; from: string | null; action: string; object: string; customer: string | null; reason: string | null; before: unknown; after: unknown; hash: string })[]; next?: string | undefined };
  };
  /** Backups that are there, the newest last, and the state of the one that is being made */
  listBackups: {
    input: Record<never, never>;
    answer: { folder: string | null; off: string | null; off_code?: string | undefined; off_values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined; interval_ms: number; keep_ms: number; present: { state: 'idle' } | { state: 'running'; step: string; octets_done: number; begun_at: string } | { state: 'done'; id: string; made_at: string } | { state: 'failed'; message: string; at: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined }; entries: readonly ({ id: string; made_at: string; since: string; size: number; queue_at: string; recipients: number; days: number })[] };
  };
  /** Messages that the receiver of the sandbox caught, newest first */
  listCaught: {
    input: {
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ name: string; at: string; from: string; to: readonly (string)[]; client: string; subject: string; size: number; id: string | null })[]; next?: string | undefined };
  };
  /** Public keys that certificates of removal were signed with (Ed25519) */
  listCertificateKeys: {
    input: Record<never, never>;
    answer: { entries: readonly ({ key: string; public_key: string })[] };
  };
  /** Checks of DNS, mail hosts and sources, in the order of customer, kind and object */
  listChecks: {
    input: {
      query?: { customer?: string | undefined; state?: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting' | undefined; kind?: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; kind: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant'; object: string; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; required: boolean; expected: string; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; advice: string; code?: string | undefined; values?: Readonly<Record<string, string>> | undefined; looked_at: string | null; since: string })[]; next?: string | undefined };
  };
  /** Who read content of a customer's messages, when and why; the newest first */
  listContentAccess: {
    input: {
      path: { customer: string };
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ at: string; who: string; from: string | null; object: string; reason: string | null })[]; next?: string | undefined };
  };
  /** Versions of a customer’s contract, the newest first */
  listContracts: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ version: number; number: string; sla: string; starts: string; agreed?: string | undefined; note?: string | undefined; at: string; by: string })[] };
  };
  /** Customers, in the order of their ids */
  listCustomers: {
    input: {
      query?: { customer?: string | undefined; stage?: string | undefined; concern?: 'suspended' | 'check_failed' | 'source_waiting' | 'portal_requested' | 'late' | undefined; text?: string | undefined; domain?: string | undefined; source?: string | undefined; pool?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; name: string; language: 'en' | 'de' | 'fr'; stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; state: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed' | 'suspended'; stage_since: string; registered_at: string; portal: 'none' | 'requested' | 'approved'; domain?: string | undefined; domains: number; concerns: readonly ('suspended' | 'check_failed' | 'source_waiting' | 'portal_requested' | 'late')[] })[]; next?: string | undefined };
  };
  /** What was sent to a webhook, what came of it, and what waits */
  listDeliveries: {
    input: {
      path: { webhook: string };
      query?: { state?: 'waiting' | 'delivered' | 'failed' | undefined; type?: string | undefined; since?: string | undefined; until?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: number; event: string; type: string; customer: string | null; occurred_at: string; state: 'waiting' | 'delivered' | 'failed'; attempts: readonly ({ at: string; status: number | null; result: string; ms: number })[]; next_attempt_at: string | null; ended_at: string | null })[]; next?: string | undefined };
  };
  /** Destinations that have work or are closed */
  listDestinations: {
    input: {
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ destination: string; site: string | null; waiting: number; in_flight: number; window: number; closed_until: string | null; last_reason: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; next?: string | undefined };
  };
  /** DKIM keys, with the records to publish */
  listDkimKeys: {
    input: {
      query?: { customer?: string | undefined; domain?: string | undefined; state?: 'waiting' | 'active' | 'retiring' | 'retired' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; next?: string | undefined };
  };
  /** Domains of a customer, in the order of their names */
  listDomains: {
    input: {
      path: { customer: string };
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean; verified: boolean; verified_by?: 'operator' | 'checks' | undefined; version: string; signed: boolean })[]; next?: string | undefined };
  };
  /** Types of events, with their meaning */
  listEventTypes: {
    input: Record<never, never>;
    answer: { entries: readonly ({ type: string; meaning: string })[] };
  };
  /** What happened to customers, domains, servers and addresses, newest first */
  listEvents: {
    input: {
      query?: { customer?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; type: string; occurred_at: string; customer_id: string | null; data: Readonly<Record<string, unknown>> })[]; next?: string | undefined };
  };
  /** Your exports of searches, newest first */
  listExports: {
    input: Record<never, never>;
    answer: { entries: readonly ({ id: string; customer: string | null; query: string; columns: readonly ('time' | 'direction' | 'from' | 'to' | 'subject' | 'status' | 'changed' | 'size' | 'sending_address' | 'pool' | 'host' | 'reply' | 'cause' | 'class' | 'permanence' | 'responsible' | 'attempts' | 'message_id' | 'queue_id' | 'client_address' | 'score' | 'customer' | 'count')[]; state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'; rows: number; progress?: number | undefined; searched_to?: string | undefined; octets: number | null; cut: boolean; asked_at: string; ended_at: string | null; expires_at?: string | undefined; fault: string | null })[] };
  };
  /** Who else asked to send for domains of a customer, and may */
  listGranted: {
    input: {
      path: { customer: string };
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; domain: string; stream: string; asked_at: string; asked_by: string | null; record: { type: 'TXT'; host: string; value: string }; granted: readonly ({ stream: string; from?: string | undefined; until?: string | undefined })[]; state: 'in_force' | 'later' | 'over' | 'none'; in_force: string | null })[]; next?: string | undefined };
  };
  /** Domains of others that a customer asked to send for, with what their owners say */
  listGrants: {
    input: {
      path: { customer: string };
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; domain: string; stream: string; asked_at: string; asked_by: string; record: { type: 'TXT'; host: string; value: string }; granted: readonly ({ stream: string; from?: string | undefined; until?: string | undefined })[]; state: 'in_force' | 'later' | 'over' | 'none'; in_force: string | null })[]; next?: string | undefined };
  };
  /** Kinds of mail servers that there are a customer's settings for */
  listGuides: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ server: 'postfix' | 'exim' | 'sendmail' | 'opensmtpd' | 'exchange' | 'microsoft-365' | 'google-workspace' | 'zimbra'; name: string })[] };
  };
  /** API keys, newest first */
  listKeys: {
    input: {
      query?: { limit?: number | undefined; after?: string | undefined; customer?: string | undefined; state?: 'active' | 'expired' | 'revoked' | undefined };
    };
    answer: { entries: readonly ({ id: string; name: string; scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; effective_scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; customer: string | null; networks: readonly (string)[]; state: 'active' | 'expired' | 'revoked'; made_at: string; made_by: string; expires_at: string | null; revoked_at: string | null; last_used_at: string | null; last_from: string | null })[]; next?: string | undefined };
  };
  /** Senders of customers that are slowed or locked, in the order of customer and name */
  listLimitedSenders: {
    input: {
      query?: { customer?: string | undefined; level?: 'slowed' | 'locked' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'slowed' | 'locked'; since: string; until?: string | undefined; signs: readonly (string)[]; by: string; side: 'relay' | 'operator' | 'customer'; per_minute: number | null; reason: string })[]; next?: string | undefined };
  };
  /** Links that were made for a customer, the newest first */
  listLinks: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ id: string; kind: 'onboarding' | 'records'; made_at: string; made_by: string; expires_at: string; revoked_at?: string | undefined; revoked_by?: string | undefined; used_at?: string | undefined })[] };
  };
  /** Servers that take the inbound mail of a customer */
  listMailHosts: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[] };
  };
  /** Mails of the relay to people: which kind went to whom, and when; never their words */
  listNotices: {
    input: {
      query?: { customer?: string | undefined; recipient?: string | undefined; limit?: number | undefined; after?: number | undefined };
    };
    answer: { entries: readonly ({ id: number; at: string; kind: string; customer: string | null; recipient: string; language: 'en' | 'de' | 'fr'; state: 'sending' | 'sent' | 'withheld' | 'summed' | 'dropped' | 'failed'; message: string | null })[]; next?: string | undefined };
  };
  /** Customers between the order and live, the oldest order first, with their progress and times */
  listOrders: {
    input: {
      query?: { customer?: string | undefined; stage?: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | undefined; turn?: 'operator' | 'customer' | undefined; text?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; name: string; stage: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; stage_since: string; registered_at: string; turn: 'operator' | 'customer'; portal: 'none' | 'requested' | 'approved'; suspended: boolean; total_s: number; target_s: number; operator_turn_s: number; customer_turn_s: number; operator_worked_s: number; customer_worked_s: number; entered: { domains: number; mailhosts: number; sources: number }; checks: { ok: number; warn: number; fail: number; unknown: number; waiting: number }; test: 'none' | 'waiting' | 'passed'; link?: { expires_at: string; used_at?: string | undefined } | undefined })[]; next?: string | undefined };
  };
  /** Kinds of mail servers that there are settings for (link) */
  listOwnGuides: {
    input: Record<never, never>;
    answer: { entries: readonly ({ server: 'postfix' | 'exim' | 'sendmail' | 'opensmtpd' | 'exchange' | 'microsoft-365' | 'google-workspace' | 'zimbra'; name: string })[] };
  };
  /** Your sessions */
  listOwnSessions: {
    input: Record<never, never>;
    answer: { entries: readonly ({ id: string; made_at: string; expires_at: string; last_used_at: string; last_from: string | null; agent: string | null })[]; current: string };
  };
  /** Your sign-ins, newest first */
  listOwnSignIns: {
    input: {
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ at: string; outcome: 'signed_in' | 'refused'; how: string; from: string | null; agent: string | null; count: number })[]; next?: string | undefined };
  };
  /** Pools of our sending addresses */
  listPools: {
    input: {
      query?: { limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] })[]; next?: string | undefined };
  };
  /** Requests for export and erasure, the newest first */
  listPrivacyRequests: {
    input: {
      query?: { customer?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; customer: string; kind: 'export' | 'erasure'; address: string | null; mark: string; reason: string; suppression: 'keep' | 'erase'; state: 'open' | 'running' | 'waiting' | 'completed' | 'failed'; asked_by: string; asked_at: string; completed_at: string | null; found: Readonly<Record<string, number>> | null; result_until: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; next?: string | undefined };
  };
  /** Messages held for what they hold, the newest first */
  listQuarantine: {
    input: {
      query?: { id?: string | undefined; customer?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; from?: string | undefined; to?: string | undefined; reason?: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person' | undefined; since?: string | undefined; before?: string | undefined; limit?: number | undefined; after?: string | undefined; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { entries: readonly ({ id: string; customer: string; direction: 'inbound' | 'outbound'; stream: string; from: string; header_from: string | null; subject: string | null; to: readonly (string)[]; recipients: number; size: number; accepted_at: string; expires_at: string; reason: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person'; reasons: readonly ('virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person')[]; words: readonly (string)[]; score: number | null; found: readonly (string)[]; by: readonly (string)[]; note: string | null; note_words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; may_release: boolean })[]; next?: string | undefined };
  };
  /** Who did what in quarantine, the newest first; of messages that are gone too */
  listQuarantineActs: {
    input: {
      query?: { customer?: string | undefined; message?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ at: string; who: string; customer: string; message: string; action: 'released' | 'deleted' | 'allowed' | 'reported_spam' | 'reported_ham' | 'virus_asked' | 'virus_released' | 'expired' | 'failed'; recipients: number; reason: string | null })[]; next?: string | undefined };
  };
  /** What is, and was, done to very many in the quarantine, the newest first */
  listQuarantineJobs: {
    input: {
      query?: { customer?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean })[]; next?: string | undefined };
  };
  /** Recipients in the queue, oldest first */
  listQueue: {
    input: {
      query?: { id?: string | undefined; customer?: string | undefined; from?: string | undefined; to?: string | undefined; destination?: string | undefined; status?: 'queued' | 'deferred' | 'held' | 'quarantined' | undefined; hold?: string | undefined; cause?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; address?: string | undefined; since?: string | undefined; before?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ key: string; id: string; customer: string; direction: string; stream: string; from: string; to: string; destination: string; status: 'queued' | 'deferred' | 'held' | 'quarantined'; holds: readonly (string)[]; size: number; accepted_at: string; attempts: number; next_attempt_at: string | null; last_cause: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; next?: string | undefined };
  };
  /** The queue by destination, customer, sender or sending address, the largest part first */
  listQueueGroups: {
    input: {
      query: { id?: string | undefined; customer?: string | undefined; from?: string | undefined; to?: string | undefined; destination?: string | undefined; status?: 'queued' | 'deferred' | 'held' | 'quarantined' | undefined; hold?: string | undefined; cause?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; address?: string | undefined; since?: string | undefined; before?: string | undefined; by: 'destination' | 'customer' | 'sender' | 'address'; limit?: number | undefined };
    };
    answer: { groups: readonly ({ name: string; recipients: number; queued: number; deferred: number; held: number; quarantined: number; oldest_at: string | null; next_attempt_at: string | null; last_cause: string | null; closed_until: string | null; closed_reason: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; in_flight: number | null; pool: string | null; customers: readonly ({ name: string; recipients: number })[] })[]; count: number; more: boolean };
  };
  /** What is, and was, done to very many in the queue, the newest first */
  listQueueJobs: {
    input: {
      query?: { customer?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean })[]; next?: string | undefined };
  };
  /** Roles, and what each may do */
  listRoles: {
    input: Record<never, never>;
    answer: { entries: readonly ({ role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; side: 'operator' | 'customer'; permissions: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; second_factor: boolean; may_give: boolean })[]; permissions: readonly ({ permission: 'relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write'; text: string })[] };
  };
  /** Ready-made sets of rules */
  listRuleSets: {
    input: {
      query?: { language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { entries: readonly ({ set: 'dangerous-attachments' | 'macros-from-outside' | 'personal-data-leaving'; title: string; describes: string; rules: readonly ({ name: string; conditions: readonly ({ on: string })[]; actions: readonly ({ do: string })[]; last: boolean })[] })[] };
  };
  /** Rules of the content filter, in the order in which they run */
  listRules: {
    input: {
      query?: { customer?: string | undefined; of?: 'operator' | undefined; enabled?: 'true' | 'false' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; customer: string | null; position: number; name: string; enabled: boolean; conditions: readonly ({ on: string })[]; actions: readonly ({ do: string })[]; last: boolean; made_from: string | null; made_at: string; changed_at: string; changed_by: string })[]; next?: string | undefined; inherited?: readonly ({ name: string; actions: readonly (string)[] })[] | undefined };
  };
  /** Scanners: whether each answers, how long it takes, its signatures, and what is learned */
  listScanners: {
    input: Record<never, never>;
    answer: { entries: readonly ({ scanner: 'clamd' | 'rspamd'; address: string; state: 'unknown' | 'up' | 'down'; since: string | null; incomplete: boolean | null; last_fault: { at: string; detail: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | null; probe_ms: number | null; engine: string | null; signatures: { version: string; made_at: string } | null; max_size: number; timeout_ms: number; connections: number; last_hour: { scans: number; unavailable: number; mean_ms: number | null; results: readonly ({ result: string; scans: number })[]; slots: readonly (number)[] } })[]; starts: readonly (string)[]; times: readonly ({ scanner: 'clamd' | 'rspamd'; half_ms: number; most_ms: number })[]; learning: { waiting: number; taught: number; failed: number; controllers: readonly ({ address: string; state: 'up' | 'refused' | 'down'; learned: number | null })[] } };
  };
  /** Your saved searches of a page */
  listSearches: {
    input: {
      query: { page: string };
    };
    answer: { entries: readonly ({ id: string; page: string; name: string; search: Readonly<Record<string, string>>; made_at: string })[] };
  };
  /** Your second factors */
  listSecondFactors: {
    input: Record<never, never>;
    answer: { totp: boolean; passkeys: readonly ({ id: string; name: string; made_at: string; last_used_at: string | null })[]; recovery_codes: number };
  };
  /** Senders that are allowed or blocked */
  listSenders: {
    input: {
      query?: { customer?: string | undefined; of?: 'operator' | undefined; direction?: 'inbound' | 'outbound' | undefined; list?: 'allow' | 'block' | undefined; sender?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; customer: string | null; direction: 'inbound' | 'outbound'; list: 'allow' | 'block'; sender: string; recipient: string | null; note: string; made_at: string; made_by: string; until: string | null })[]; next?: string | undefined };
  };
  /** Links to a message, newest first */
  listShares: {
    input: {
      path: { id: string };
    };
    answer: { entries: readonly ({ id: string; message: string; recipient: number | null; subject: boolean; made_at: string; made_by: string; expires_at: string; state: 'open' | 'expired' | 'revoked'; views: number; seen_at: string | null })[] };
  };
  /** Addresses and networks that a customer sends from, and those that wait for approval */
  listSources: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ network: string; state: 'in force' | 'waiting'; proof?: { kind: 'login' | 'header' | 'secret'; header?: string | undefined } | undefined })[] };
  };
  /** Subscriptions of a customer, ended ones too */
  listSubscriptions: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ id: number; kind: string; reference: string; since: string; until?: string | undefined; version: string })[] };
  };
  /** Addresses that customers' mail is not sent to */
  listSuppressions: {
    input: {
      query?: { customer?: string | undefined; reason?: 'invalid_address' | 'complaint' | 'manual' | undefined; address?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; address: string; reason: 'invalid_address' | 'complaint' | 'manual'; evidence: string; at: string; by: string })[]; next?: string | undefined };
  };
  /** Suspensions of a customer, lifted ones too, the newest first */
  listSuspensions: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ id: number; reason: string; at: string; by: string; lifted_at?: string | undefined; lifted_by?: string | undefined; lift_reason?: string | undefined })[] };
  };
  /** Customers that leave or left, the newest first */
  listTerminations: {
    input: {
      query?: { state?: 'running' | 'removed' | 'stopped' | undefined; customer?: string | undefined; limit?: number | undefined; after?: number | undefined };
    };
    answer: { entries: readonly ({ id: number; customer: string; name: string; state: 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped'; cause: 'subscription' | 'operator'; reason: string; by: string; ended: string; noticed: string | null; deactivation: string | null; removal: string | null; begun_at: string; deactivated_at: string | null; removed_at: string | null; stopped_at: string | null; waits_for: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; certificate: string | null })[]; next?: string | undefined };
  };
  /** Senders of customers that are not slowed or locked until a time, in the order of customer and name */
  listToleratedSenders: {
    input: {
      query?: { customer?: string | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; until: string; made_at: string; made_by: string; reason: string })[]; next?: string | undefined };
  };
  /** Each change of a customer’s stage: who, when, why; and what may come next */
  listTransitions: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ from?: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed' | undefined; to: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; at: string; who?: string | undefined; why?: string | undefined })[]; steps: readonly ({ to: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; by: readonly ('operator' | 'customer' | 'relay')[] })[] };
  };
  /** Sessions of a user */
  listUserSessions: {
    input: {
      path: { user: string };
    };
    answer: { entries: readonly ({ id: string; made_at: string; expires_at: string; last_used_at: string; last_from: string | null; agent: string | null })[] };
  };
  /** Users by address */
  listUsers: {
    input: {
      query?: { limit?: number | undefined; after?: string | undefined; customer?: string | undefined; role?: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; state?: 'invited' | 'active' | 'disabled' | undefined; text?: string | undefined; email?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined; passkeys: number })[]; next?: string | undefined };
  };
  /** Webhooks, and how they fare */
  listWebhooks: {
    input: {
      query?: { customer?: string | undefined; state?: 'active' | 'paused' | 'disabled' | undefined; limit?: number | undefined; after?: string | undefined };
    };
    answer: { entries: readonly ({ id: string; customer: string | null; url: string; description: string; types: readonly (string)[]; thin: boolean; signing: 'hmac' | 'ed25519'; secrets: readonly ({ made_at: string; until: string | null; public_key?: string | undefined })[]; state: 'active' | 'paused' | 'disabled'; reason: 'hand' | 'failing' | 'gone' | null; since: string; created_at: string; health: { waiting: number; failing_since: string | null; failures: number; last_success: string | null; last_failure: string | null; dropped: number; dropped_first: string | null; dropped_last: string | null } | null })[]; next?: string | undefined };
  };
  /** Lock a sender: its mail is refused until the time, or until somebody unlocks it */
  lockSender: {
    input: {
      path: { customer: string; kind: string; name: string };
      body: { reason: string; until?: string | undefined };
    };
    answer: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'free' | 'slowed' | 'locked'; limit?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'slowed' | 'locked'; since: string; until?: string | undefined; signs: readonly (string)[]; by: string; side: 'relay' | 'operator' | 'customer'; per_minute: number | null; reason: string } | undefined; tolerated_until?: string | undefined; tolerance?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; until: string; made_at: string; made_by: string; reason: string } | undefined; habits?: { first_seen: string; last_seen: string; signs: readonly (string)[]; points: number; last_hour: { messages: number; recipients: number; held: number; refused: number; bad: number; new_destinations: number }; usual: { busiest_hour: number; hours_of_the_week: number }; slots: readonly ({ at: string; messages: number; recipients: number; held: number; refused: number; bad: number })[]; week: readonly (number)[]; known_destinations: number; locks: number } | undefined };
  };
  /** Look at everything of a customer now: DNS, mail hosts, sources */
  lookAgain: {
    input: {
      path: { customer: string };
    };
    answer: { entries: readonly ({ customer: string; kind: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant'; object: string; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; required: boolean; expected: string; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; advice: string; code?: string | undefined; values?: Readonly<Record<string, string>> | undefined; looked_at: string | null; since: string })[]; all_green: boolean };
  };
  /** Look at an invitation */
  lookAtInvitation: {
    input: {
      body: { token: string };
    };
    answer: { kind: 'first' | 'invitation'; email?: string | undefined; name?: string | undefined; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; language?: 'en' | 'de' | 'fr' | undefined };
  };
  /** What has become of a link of a customer: why it opens nothing any more */
  lookAtLink: {
    input: {
      body: { token: string };
    };
    answer: { state: 'open' | 'expired' | 'replaced' | 'revoked' | 'live' | 'finished' | 'unknown'; kind?: 'onboarding' | 'records' | undefined; language?: 'en' | 'de' | 'fr' | undefined; expires_at?: string | undefined };
  };
  /** Look now whether the records of a customer that left are gone from DNS */
  lookAtTerminationRecords: {
    input: {
      path: { customer: string };
    };
    answer: { id: number; customer: string; name: string; state: 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped'; cause: 'subscription' | 'operator'; reason: string; by: string; ended: string; noticed: string | null; deactivation: string | null; removal: string | null; begun_at: string; deactivated_at: string | null; removed_at: string | null; stopped_at: string | null; waits_for: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; certificate: string | null; mails: readonly ({ kind: string; to: string; sent_at: string | null })[]; records: readonly ({ domain: string; purpose: 'spf' | 'mx' | 'dkim' | 'ownership'; type: string; host: string; value: string; state: 'present' | 'gone' | 'unknown'; looked_at: string | null; gone_at: string | null })[]; looked_at: string | null; records_gone_at: string | null };
  };
  /** Look at everything that was entered now, over a link */
  lookOnboarding: {
    input: Record<never, never>;
    answer: { entries: readonly ({ customer: string; kind: 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant'; object: string; state: 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting'; required: boolean; expected: string; found: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; advice: string; code?: string | undefined; values?: Readonly<Record<string, string>> | undefined; looked_at: string | null; since: string })[]; all_green: boolean };
  };
  /** Begin a backup into the configured folder */
  makeBackup: {
    input: {
      body: { since?: 'whole' | 'last' | undefined };
    };
    answer: { state: 'running' };
  };
  /** Make the link for the first administrator anew */
  makeFirstLink: {
    input: Record<never, never>;
    answer: { link: string };
  };
  /** Make an API key */
  makeKey: {
    input: {
      body: { name: string; scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; customer?: string | undefined; networks?: readonly (string)[] | undefined; expires_at?: string | undefined };
    };
    answer: { id: string; name: string; scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; effective_scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; customer: string | null; networks: readonly (string)[]; state: 'active' | 'expired' | 'revoked'; made_at: string; made_by: string; expires_at: string | null; revoked_at: string | null; last_used_at: string | null; last_from: string | null; key: string };
  };
  /** Make a customer live without what is missing, or give up its order, by the operator’s word */
  moveCustomer: {
    input: {
      path: { customer: string };
      body: { to: 'live' | 'removed'; reason: string };
    };
    answer: { customer: string; from: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; to: 'registered' | 'invited' | 'submitted' | 'approved' | 'verifying' | 'live' | 'notice' | 'deactivated' | 'removed'; at: string };
  };
  /** Ask for export or erasure of what is kept about an address, in both directions */
  openPrivacyRequest: {
    input: {
      path: { customer: string };
      body: { kind: 'export' | 'erasure'; address: string; reason: string; suppression?: 'keep' | 'erase' | undefined };
    };
    answer: { id: string; customer: string; kind: 'export' | 'erasure'; address: string | null; mark: string; reason: string; suppression: 'keep' | 'erase'; state: 'open' | 'running' | 'waiting' | 'completed' | 'failed'; asked_by: string; asked_at: string; completed_at: string | null; found: Readonly<Record<string, number>> | null; result_until: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** Look around in the sandbox, as the operator or as its customer */
  openSandboxSession: {
    input: {
      body: { as: 'operator' | 'customer'; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { state: 'signed_in'; user: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined }; set_up_needed: boolean } | { state: 'second_factor'; ticket: string; ways: readonly ('totp' | 'passkey' | 'recovery_code')[] };
  };
  /** The message that a link opens, masked */
  openShare: {
    input: {
      body: { token: string };
    };
    answer: { id: string; at: string; direction?: 'outbound' | 'inbound' | undefined; from?: string | undefined; size?: number | undefined; subject?: string | undefined; recipients: readonly ({ index: number; address: string; status: 'queued' | 'deferred' | 'held' | 'quarantined' | 'delivered' | 'bounced' | 'expired' | 'suppressed' | 'removed' | 'rejected' })[]; events: readonly ({ type: 'message.accepted' | 'message.rejected' | 'message.held' | 'message.released' | 'message.quarantined' | 'message.recipient.delivered' | 'message.recipient.bounced' | 'message.recipient.expired' | 'message.recipient.suppressed' | 'message.recipient.removed' | 'message.recipient.deferred' | 'message.recipient.delay_told' | 'message.recipient.held' | 'message.recipient.released' | 'message.recipient.complained' | 'message.recipient.rerouted' | 'message.recipient.retried'; at: number; meta?: { sender?: string | undefined; direction?: 'outbound' | 'inbound' | undefined; stream?: string | undefined; size?: number | undefined; subject?: string | undefined; messageId?: string | undefined; originalMessageId?: string | undefined; headerFrom?: string | undefined; authorDomain?: string | undefined; envelopeFrom?: string | undefined; origin?: { ip?: string | undefined; helo?: string | undefined; login?: string | undefined; tls?: { version: string; cipher: string; verified?: boolean | undefined } | undefined } | undefined; inspection?: readonly ({ check: string; result: string; verdict: string; ms: number; details?: Readonly<Record<string, string | number | boolean | readonly (string)[]>> | undefined })[] | undefined } | undefined; recipients?: readonly (string)[] | undefined; hidden?: readonly ({ field: string; before: string; after?: string | undefined; kept?: 'signed' | undefined })[] | undefined; hiddenMore?: number | undefined; index?: number | undefined; recipient?: string | undefined; attempt?: { number: number; at: number; durationMs: number; host?: string | undefined; ip?: string | undefined; from?: { ip: string; hostname: string; pool?: string | undefined } | undefined; tls?: { version: string; cipher: string; verified?: boolean | undefined } | undefined; reused?: boolean | undefined; signed?: readonly (string)[] | undefined; conversation: readonly ({ said: string; reply?: string | undefined; ms: number })[] } | undefined; reply?: { code: number; enhanced?: string | undefined; text: string } | string | undefined; cause?: { from: 'remote' | 'us'; stage?: string | undefined; host?: string | undefined; reply?: { code: number; enhanced?: string | undefined; text: string } | undefined; cause?: string | undefined; detail?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | undefined; nextAttemptAt?: number | undefined; bounce?: { permanence: 'permanent' | 'temporary'; class: 'invalid_address' | 'mailbox_unavailable' | 'content' | 'reputation' | 'volume' | 'technical' | 'authentication' | 'policy' | 'unclassified'; responsible: 'recipient' | 'customer' | 'easymail' | 'remote'; asynchronous: boolean } | undefined; suppressed?: true | undefined; reason?: string | undefined; by?: string | undefined; note?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; notice?: { subject: string; id?: string | undefined; none?: string | undefined } | undefined; asynchronous?: true | undefined })[]; expires_at: string; relay: string };
  };
  /** Save parts of the entry of a customer */
  patchEntry: {
    input: {
      path: { customer: string };
      body: { domains?: readonly ({ name: string; inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined })[] | undefined; mailhosts?: readonly ({ host: string; port?: number | undefined; preference?: number | undefined; tls?: 'opportunistic' | 'verify' | 'none' | undefined })[] | undefined; sources?: readonly ({ network: string; shared?: boolean | undefined; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[] | undefined; administrators?: readonly ({ name: string; email: string; role?: 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; language?: 'en' | 'de' | 'fr' | undefined })[] | undefined; portal?: boolean | undefined; test_recipient?: string | null | undefined };
    };
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined };
  };
  /** Save parts of the entry; what is left out stays */
  patchOnboarding: {
    input: {
      body: { domains?: readonly ({ name: string; inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined })[] | undefined; mailhosts?: readonly ({ host: string; port?: number | undefined; preference?: number | undefined; tls?: 'opportunistic' | 'verify' | 'none' | undefined })[] | undefined; sources?: readonly ({ network: string; shared?: boolean | undefined; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[] | undefined; administrators?: readonly ({ name: string; email: string; role?: 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; language?: 'en' | 'de' | 'fr' | undefined })[] | undefined; portal?: boolean | undefined; test_recipient?: string | null | undefined };
    };
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined };
  };
  /** Send nothing for a while; events wait */
  pauseWebhook: {
    input: {
      path: { webhook: string };
    };
    answer: { id: string; customer: string | null; url: string; description: string; types: readonly (string)[]; thin: boolean; signing: 'hmac' | 'ed25519'; secrets: readonly ({ made_at: string; until: string | null; public_key?: string | undefined })[]; state: 'active' | 'paused' | 'disabled'; reason: 'hand' | 'failing' | 'gone' | null; since: string; created_at: string; health: { waiting: number; failing_since: string | null; failures: number; last_success: string | null; last_failure: string | null; dropped: number; dropped_first: string | null; dropped_last: string | null } | null };
  };
  /** See header and text of a caught message, its HTML made harmless */
  previewCaught: {
    input: {
      path: { name: string };
    };
    answer: { headers: readonly ({ name: string; value: string })[]; subject: string; from: string; to: string; date: string; text: string; html: string; parts: readonly ({ name: string; type: string; size: number })[]; truncated: boolean; left_out: { scripts: number; images: number; links: number; forms: number } };
  };
  /** See what would be released, deleted or reported; nothing is done */
  previewQuarantineChange: {
    input: {
      body: { query: { id?: string | undefined; customer?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; from?: string | undefined; to?: string | undefined; reason?: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person' | undefined; since?: string | undefined; before?: string | undefined; ids?: readonly (string)[] | undefined }; action: 'release' | 'delete' | 'report_spam' | 'report_ham'; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { messages: number; recipients: number; customers: readonly ({ name: string; messages: number })[]; customer_count: number; skipped: { virus: number; operator: number }; more: boolean; sample: readonly ({ id: string; customer: string; direction: 'inbound' | 'outbound'; stream: string; from: string; header_from: string | null; subject: string | null; to: readonly (string)[]; recipients: number; size: number; accepted_at: string; expires_at: string; reason: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person'; reasons: readonly ('virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person')[]; words: readonly (string)[]; score: number | null; found: readonly (string)[]; by: readonly (string)[]; note: string | null; note_words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; may_release: boolean })[]; before: string };
  };
  /** See header and text of a message in quarantine, for a reason */
  previewQuarantined: {
    input: {
      path: { id: string };
      body: { reason: string };
    };
    answer: { headers: readonly ({ name: string; value: string })[]; subject: string; from: string; to: string; date: string; text: string; html: string; parts: readonly ({ name: string; type: string; size: number })[]; truncated: boolean; left_out: { scripts: number; images: number; links: number; forms: number } };
  };
  /** See what a verb of the queue would be done to; nothing is done */
  previewQueueChange: {
    input: {
      body: { query?: { id?: string | undefined; customer?: string | undefined; from?: string | undefined; to?: string | undefined; destination?: string | undefined; status?: 'queued' | 'deferred' | 'held' | 'quarantined' | undefined; hold?: string | undefined; cause?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; address?: string | undefined; since?: string | undefined; before?: string | undefined; keys?: readonly (string)[] | undefined } | undefined; all?: boolean | undefined; kind?: string | undefined; note?: string | undefined; hosts?: readonly (string)[] | undefined; verb: 'hold' | 'release' | 'retry' | 'remove' | 'reroute' };
    };
    answer: { recipients: number; messages: number; customers: readonly ({ name: string; recipients: number })[]; customer_count: number; destinations: readonly ({ name: string; recipients: number })[]; destination_count: number; along: number; size: number; oldest_at: string | null; more: boolean; sample: readonly ({ key: string; id: string; customer: string; direction: string; stream: string; from: string; to: string; destination: string; status: 'queued' | 'deferred' | 'held' | 'quarantined'; holds: readonly (string)[]; size: number; accepted_at: string; attempts: number; next_attempt_at: string | null; last_cause: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; until: string };
  };
  /** Deactivate or remove a customer before its day */
  proceedTermination: {
    input: {
      path: { customer: string };
      body: { to: 'deactivated' | 'removed'; reason: string };
    };
    answer: { id: number; customer: string; name: string; state: 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped'; cause: 'subscription' | 'operator'; reason: string; by: string; ended: string; noticed: string | null; deactivation: string | null; removal: string | null; begun_at: string; deactivated_at: string | null; removed_at: string | null; stopped_at: string | null; waits_for: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; certificate: string | null; mails: readonly ({ kind: string; to: string; sent_at: string | null })[]; records: readonly ({ domain: string; purpose: 'spf' | 'mx' | 'dkim' | 'ownership'; type: string; host: string; value: string; state: 'present' | 'gone' | 'unknown'; looked_at: string | null; gone_at: string | null })[]; looked_at: string | null; records_gone_at: string | null };
  };
  /** Save the whole entry of a customer */
  putEntry: {
    input: {
      path: { customer: string };
      body: { domains?: readonly ({ name: string; inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined })[] | undefined; mailhosts?: readonly ({ host: string; port?: number | undefined; preference?: number | undefined; tls?: 'opportunistic' | 'verify' | 'none' | undefined })[] | undefined; sources?: readonly ({ network: string; shared?: boolean | undefined; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[] | undefined; administrators?: readonly ({ name: string; email: string; role?: 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; language?: 'en' | 'de' | 'fr' | undefined })[] | undefined; portal?: boolean | undefined; test_recipient?: string | undefined };
    };
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined };
  };
  /** Save the whole entry; it may have faults until it is submitted */
  putOnboarding: {
    input: {
      body: { domains?: readonly ({ name: string; inbound?: boolean | undefined; outbound?: boolean | undefined; subdomains?: boolean | undefined })[] | undefined; mailhosts?: readonly ({ host: string; port?: number | undefined; preference?: number | undefined; tls?: 'opportunistic' | 'verify' | 'none' | undefined })[] | undefined; sources?: readonly ({ network: string; shared?: boolean | undefined; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[] | undefined; administrators?: readonly ({ name: string; email: string; role?: 'customer_administrator' | 'customer_member' | 'customer_viewer' | undefined; language?: 'en' | 'de' | 'fr' | undefined })[] | undefined; portal?: boolean | undefined; test_recipient?: string | undefined };
    };
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined };
  };
  /** Read the content of a queued message, for a reason */
  readContent: {
    input: {
      path: { id: string };
      body: { reason: string };
    };
    answer: { id: string; customer: string; size: number; content: string; truncated: boolean };
  };
  /** Take an invitation */
  redeemInvitation: {
    input: {
      body: { token: string; password: string; email?: string | undefined; name?: string | undefined; language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { state: 'signed_in'; user: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined }; set_up_needed: boolean } | { state: 'second_factor'; ticket: string; ways: readonly ('totp' | 'passkey' | 'recovery_code')[] };
  };
  /** Set a new password with a link */
  redeemReset: {
    input: {
      body: { token: string; password: string };
    };
    answer: undefined;
  };
  /** Register a customer with its contract and first domain, and make its link */
  registerCustomer: {
    input: {
      body: { id?: string | undefined; name: string; language?: 'en' | 'de' | 'fr' | undefined; contract?: { number: string; sla: string; starts: string; agreed?: string | undefined; note?: string | undefined } | undefined; subscriptions?: readonly ({ kind: string; reference: string; since: string; until?: string | undefined })[] | undefined; domain?: string | undefined; pools?: readonly (string)[] | undefined; contacts?: readonly ({ name: string; email?: string | undefined; phone?: string | undefined; role?: string | undefined })[] | undefined; invite?: boolean | undefined };
    };
    answer: { id: string; stage: string; link?: { id: string; kind: 'onboarding' | 'records'; url: string; expires_at: string } | undefined };
  };
  /** Take the end of a customer back: it is live again; possible until the removal */
  reinstateCustomer: {
    input: {
      path: { customer: string };
      body: { reason: string };
    };
    answer: { id: number; customer: string; name: string; state: 'begun' | 'noticed' | 'deactivated' | 'removed' | 'stopped'; cause: 'subscription' | 'operator'; reason: string; by: string; ended: string; noticed: string | null; deactivation: string | null; removal: string | null; begun_at: string; deactivated_at: string | null; removed_at: string | null; stopped_at: string | null; waits_for: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; certificate: string | null; mails: readonly ({ kind: string; to: string; sent_at: string | null })[]; records: readonly ({ domain: string; purpose: 'spf' | 'mx' | 'dkim' | 'ownership'; type: string; host: string; value: string; state: 'present' | 'gone' | 'unknown'; looked_at: string | null; gone_at: string | null })[]; looked_at: string | null; records_gone_at: string | null };
  };
  /** Release a message from quarantine */
  releaseQuarantined: {
    input: {
      path: { id: string };
      body: { recipients?: readonly (string)[] | undefined; allow?: boolean | undefined; reason?: string | undefined };
    };
    answer: { released: number };
  };
  /** Release mail with a virus, together with a second person */
  releaseVirus: {
    input: {
      path: { id: string };
      body: { reason: string };
    };
    answer: { state: 'asked' | 'released'; until: string | null; released: number };
  };
  /** Forget a key that does not sign */
  removeDkimKey: {
    input: {
      path: { domain: string; selector: string };
    };
    answer: { domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** Remove a domain with its DKIM keys: nothing of it, or for it, is taken from then on */
  removeDomain: {
    input: {
      path: { customer: string; domain: string };
    };
    answer: { name: string; removed: true };
  };
  /** Cancel an export that is not done; delete one that is, with its file */
  removeExport: {
    input: {
      path: { export: string };
    };
    answer: undefined;
  };
  /** Remove a mail host */
  removeMailHost: {
    input: {
      path: { customer: string; host: string; port: string };
    };
    answer: { host: string; port: number; removed: true };
  };
  /** Remove a passkey */
  removePasskey: {
    input: {
      path: { passkey: string };
    };
    answer: undefined;
  };
  /** Remove a pool; refused while customers name it */
  removePool: {
    input: {
      path: { pool: string };
      query?: { reason?: string | undefined };
    };
    answer: { removed: string };
  };
  /** Remove an address that is out and that the SPF include names no longer */
  removePoolAddress: {
    input: {
      path: { pool: string; ip: string };
      query?: { override?: string | undefined; reason?: string | undefined };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** Remove a rule of the content filter */
  removeRule: {
    input: {
      path: { rule: string };
    };
    answer: { removed: string };
  };
  /** Delete a saved search */
  removeSearch: {
    input: {
      path: { search: string };
    };
    answer: undefined;
  };
  /** Remove the second factors of a user */
  removeSecondFactors: {
    input: {
      path: { user: string };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined };
  };
  /** Take a sender off its list */
  removeSender: {
    input: {
      path: { sender: string };
    };
    answer: { id: string; customer: string | null; direction: 'inbound' | 'outbound'; list: 'allow' | 'block'; sender: string; recipient: string | null; note: string; made_at: string; made_by: string; until: string | null };
  };
  /** Remove a source, in force or waiting: nothing is taken from it any longer */
  removeSource: {
    input: {
      path: { customer: string; network: string };
    };
    answer: { network: string; removed: true };
  };
  /** Lift a suppression; held mail goes on */
  removeSuppression: {
    input: {
      path: { customer: string; address: string };
    };
    answer: { customer: string; address: string };
  };
  /** Switch codes of an authenticator app off */
  removeTotp: {
    input: Record<never, never>;
    answer: undefined;
  };
  /** Remove a user */
  removeUser: {
    input: {
      path: { user: string };
      query?: { keys?: 'revoke' | 'take_over' | undefined };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined };
  };
  /** Remove a webhook, with what waits for it */
  removeWebhook: {
    input: {
      path: { webhook: string };
    };
    answer: { removed: string };
  };
  /** Give a passkey another name */
  renamePasskey: {
    input: {
      path: { passkey: string };
      body: { name: string };
    };
    answer: { id: string; name: string; made_at: string; last_used_at: string | null };
  };
  /** Invite somebody again */
  renewInvitation: {
    input: {
      path: { user: string };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined; mailed: boolean };
  };
  /** Renew a link: the former one counts no longer */
  renewLink: {
    input: {
      path: { customer: string; link: string };
    };
    answer: { id: string; kind: 'onboarding' | 'records'; url: string; expires_at: string };
  };
  /** Make new recovery codes */
  renewRecoveryCodes: {
    input: Record<never, never>;
    answer: { recovery_codes: readonly (string)[] };
  };
  /** Send one event again */
  replayDelivery: {
    input: {
      path: { webhook: string; delivery: string };
    };
    answer: { id: number; event: string; type: string; customer: string | null; occurred_at: string; state: 'waiting' | 'delivered' | 'failed'; attempts: readonly ({ at: string; status: number | null; result: string; ms: number })[]; next_attempt_at: string | null; ended_at: string | null };
  };
  /** Send the events of a period again */
  replayWebhook: {
    input: {
      path: { webhook: string };
      body: { since: string; until?: string | undefined; only?: 'failed' | 'all' | undefined };
    };
    answer: { since: string; until: string; queued?: number | undefined };
  };
  /** Report a message in quarantine as spam, or as none */
  reportQuarantined: {
    input: {
      path: { id: string };
      body: { as: 'spam' | 'ham'; reason?: string | undefined };
    };
    answer: { learned: true };
  };
  /** Send events again, those that wait first */
  resumeWebhook: {
    input: {
      path: { webhook: string };
    };
    answer: { id: string; customer: string | null; url: string; description: string; types: readonly (string)[]; thin: boolean; signing: 'hmac' | 'ed25519'; secrets: readonly ({ made_at: string; until: string | null; public_key?: string | undefined })[]; state: 'active' | 'paused' | 'disabled'; reason: 'hand' | 'failing' | 'gone' | null; since: string; created_at: string; health: { waiting: number; failing_since: string | null; failures: number; last_success: string | null; last_failure: string | null; dropped: number; dropped_first: string | null; dropped_last: string | null } | null };
  };
  /** Sign no more with a key */
  retireDkimKey: {
    input: {
      path: { domain: string; selector: string };
    };
    answer: { domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** Send a submitted entry back to be mended */
  returnEntry: {
    input: {
      path: { customer: string };
      body: { reason: string };
    };
    answer: { customer: string; stage: 'invited' };
  };
  /** Revoke an API key */
  revokeKey: {
    input: {
      path: { key: string };
    };
    answer: { id: string; name: string; scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; effective_scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; customer: string | null; networks: readonly (string)[]; state: 'active' | 'expired' | 'revoked'; made_at: string; made_by: string; expires_at: string | null; revoked_at: string | null; last_used_at: string | null; last_from: string | null };
  };
  /** Revoke a link */
  revokeLink: {
    input: {
      path: { customer: string; link: string };
    };
    answer: { id: string; revoked: true };
  };
  /** Revoke a link to a message */
  revokeShare: {
    input: {
      path: { share: string };
    };
    answer: undefined;
  };
  /** Make successors for the keys that sign for a domain */
  rotateDkimKeys: {
    input: {
      path: { domain: string };
      body: { stream?: '' | string | undefined; published?: boolean | undefined };
    };
    answer: { entries: readonly ({ domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[] };
  };
  /** Change the secret of a webhook, with an overlap */
  rotateWebhookSecret: {
    input: {
      path: { webhook: string };
      body: { overlap_hours?: number | undefined };
    };
    answer: { secret?: string | undefined; public_key?: string | undefined; overlap_until: string };
  };
  /** Drop what is past its time, look whether anything is left, or erase what came late of erased addresses */
  runRetention: {
    input: {
      body: { job: 'drop' | 'look' | 'late' };
    };
    answer: { dropped: Readonly<Record<string, number>>; failed: Readonly<Record<string, string>>; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | { findings: readonly ({ store: string; where: string; what: string; count: number; oldest: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; unknown: readonly (string)[]; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | { messages: number };
  };
  /** Save a search under a name; one of the same name is replaced */
  saveSearch: {
    input: {
      body: { page: string; name: string; search: Readonly<Record<string, string>> };
    };
    answer: { id: string; page: string; name: string; search: Readonly<Record<string, string>>; made_at: string };
  };
  /** Messages and refusals, a line a recipient, newest first */
  searchRecipients: {
    input: {
      query?: { q?: string | undefined; before?: string | undefined; within?: number | undefined; customer?: string | undefined; limit?: number | undefined };
    };
    answer: { entries: readonly ({ cursor: string; id?: string | undefined; index?: number | undefined; at: string; customer?: string | undefined; direction?: 'outbound' | 'inbound' | undefined; from?: string | undefined; to?: string | undefined; status: 'queued' | 'deferred' | 'held' | 'quarantined' | 'delivered' | 'bounced' | 'expired' | 'suppressed' | 'removed' | 'rejected'; changed_at?: string | undefined; ip?: string | undefined; size?: number | undefined; message_id?: string | undefined; subject?: string | undefined; score?: number | undefined; attempts?: number | undefined; host?: string | undefined; sent_from?: string | undefined; pool?: string | undefined; reply?: string | undefined; refusal?: string | undefined; cause?: string | undefined; class?: 'invalid_address' | 'mailbox_unavailable' | 'content' | 'reputation' | 'volume' | 'technical' | 'authentication' | 'policy' | 'unclassified' | undefined; permanence?: 'permanent' | 'temporary' | undefined; responsible?: 'recipient' | 'customer' | 'easymail' | 'remote' | undefined; more?: number | undefined; count?: number | undefined })[]; next?: string | undefined; searched_to?: string | undefined };
  };
  /** Messages and refusals, newest first */
  searchTrace: {
    input: {
      query?: { q?: string | undefined; before?: string | undefined; within?: number | undefined; customer?: string | undefined; limit?: number | undefined };
    };
    answer: { entries: readonly ({ cursor: string; id?: string | undefined; at: string; customer?: string | undefined; direction?: 'outbound' | 'inbound' | undefined; from?: string | undefined; recipients: readonly ({ address: string; status: 'queued' | 'deferred' | 'held' | 'quarantined' | 'delivered' | 'bounced' | 'expired' | 'suppressed' | 'removed' | 'rejected' })[]; more_recipients?: number | undefined; ip?: string | undefined; size?: number | undefined; message_id?: string | undefined; subject?: string | undefined; reply?: string | undefined; count?: number | undefined })[]; next?: string | undefined; searched_to?: string | undefined };
  };
  /** Send a sample over the listener of the sandbox, and see the conversation */
  sendSample: {
    input: {
      body: { kind?: 'text' | 'html' | 'hostile' | undefined };
    };
    answer: { accepted: boolean; lines: readonly ({ who: 'client' | 'server'; text: string })[] };
  };
  /** Prepare, activate, drain or take out an address of ours */
  setAddressState: {
    input: {
      path: { pool: string; ip: string; act: string };
      body: { override?: boolean | undefined; reason?: string | undefined };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** Make a link that shows a message to somebody who does not sign in */
  shareMessage: {
    input: {
      path: { id: string };
      body: { hours?: number | undefined; recipient?: number | undefined; subject?: boolean | undefined };
    };
    answer: { id: string; message: string; recipient: number | null; subject: boolean; made_at: string; made_by: string; expires_at: string; state: 'open' | 'expired' | 'revoked'; views: number; seen_at: string | null; url: string };
  };
  /** Make a link for a colleague, which shows the DNS records and nothing else */
  shareOnboarding: {
    input: {
      body: { send_to?: { email: string; language?: 'en' | 'de' | 'fr' | undefined } | undefined } | null;
    };
    answer: { id: string; kind: 'onboarding' | 'records'; url: string; expires_at: string; sent?: boolean | undefined };
  };
  /** One caught message: header, source, signatures, and its way through the relay */
  showCaught: {
    input: {
      path: { name: string };
    };
    answer: { message: { name: string; at: string; from: string; to: readonly (string)[]; client: string; subject: string; size: number; id: string | null }; fields: readonly ({ name: string; value: string })[]; source: string; truncated: boolean; signatures: readonly ({ result: 'pass' | 'fail' | 'permerror' | 'temperror'; reason: string | null; domain: string | null; selector: string | null; algorithm: string | null })[]; journey: readonly ({ at: string; type: string; recipient: string | null; client: string | null; checks: readonly ({ check: string; result: string; verdict: string })[]; hidden: readonly ({ field: string; before: string; after: string | null })[]; host: string | null; sent_from: string | null; tls: string | null; ms: number | null; signed: readonly (string)[]; said: string | null; conversation: readonly ({ said: string; reply: string | null; ms: number })[] })[] };
  };
  /** One delivery: what is sent, and its attempts */
  showDelivery: {
    input: {
      path: { webhook: string; delivery: string };
    };
    answer: { id: number; event: string; type: string; customer: string | null; occurred_at: string; state: 'waiting' | 'delivered' | 'failed'; attempts: readonly ({ at: string; status: number | null; result: string; ms: number })[]; next_attempt_at: string | null; ended_at: string | null; request: { url: string; headers: Readonly<Record<string, string>>; body: string } | null };
  };
  /** One DKIM key, with the record to publish */
  showDkimKey: {
    input: {
      path: { domain: string; selector: string };
    };
    answer: { domain: string; selector: string; stream: string; algorithm: 'rsa' | 'ed25519'; state: 'waiting' | 'active' | 'retiring' | 'retired'; record: { name: string; text: string; zone_line: string }; made_at: string; active_at: string | null; keep_record_until: string | null; checked_at: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** One of your exports, with its progress */
  showExport: {
    input: {
      path: { export: string };
    };
    answer: { id: string; customer: string | null; query: string; columns: readonly ('time' | 'direction' | 'from' | 'to' | 'subject' | 'status' | 'changed' | 'size' | 'sending_address' | 'pool' | 'host' | 'reply' | 'cause' | 'class' | 'permanence' | 'responsible' | 'attempts' | 'message_id' | 'queue_id' | 'client_address' | 'score' | 'customer' | 'count')[]; state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'; rows: number; progress?: number | undefined; searched_to?: string | undefined; octets: number | null; cut: boolean; asked_at: string; ended_at: string | null; expires_at?: string | undefined; fault: string | null };
  };
  /** Settings for a customer's own mail server, with its values */
  showGuide: {
    input: {
      path: { customer: string; server: string };
      query?: { language?: 'en' | 'de' | 'fr' | undefined; format?: 'json' | 'markdown' | undefined };
    };
    answer: { server: 'postfix' | 'exim' | 'sendmail' | 'opensmtpd' | 'exchange' | 'microsoft-365' | 'google-workspace' | 'zimbra'; language: 'en' | 'de' | 'fr'; title: string; intro: string; sections: readonly ({ heading: string; steps: readonly ({ text: string; block?: { file?: string | undefined; syntax: 'text' | 'shell' | 'powershell'; content: string } | undefined })[] })[] };
  };
  /** An API key */
  showKey: {
    input: {
      path: { key: string };
    };
    answer: { id: string; name: string; scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; effective_scopes: readonly ('relay:read' | 'relay:operate' | 'queue:read' | 'queue:write' | 'messages:read' | 'messages:content' | 'explain:read' | 'customers:read' | 'customers:write' | 'customers:approve' | 'customers:suspend' | 'domains:read' | 'domains:write' | 'suppressions:read' | 'suppressions:write' | 'dkim:read' | 'dkim:write' | 'protection:read' | 'protection:write' | 'quarantine:read' | 'quarantine:write' | 'quarantine:virus' | 'pools:read' | 'pools:write' | 'users:read' | 'users:write' | 'keys:read' | 'keys:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'privacy:read' | 'privacy:write' | 'apply:write' | 'backups:write')[]; customer: string | null; networks: readonly (string)[]; state: 'active' | 'expired' | 'revoked'; made_at: string; made_by: string; expires_at: string | null; revoked_at: string | null; last_used_at: string | null; last_from: string | null };
  };
  /** Settings for your own mail server, with your values (link) */
  showOwnGuide: {
    input: {
      path: { server: string };
      query?: { language?: 'en' | 'de' | 'fr' | undefined; format?: 'json' | 'markdown' | undefined };
    };
    answer: { server: 'postfix' | 'exim' | 'sendmail' | 'opensmtpd' | 'exchange' | 'microsoft-365' | 'google-workspace' | 'zimbra'; language: 'en' | 'de' | 'fr'; title: string; intro: string; sections: readonly ({ heading: string; steps: readonly ({ text: string; block?: { file?: string | undefined; syntax: 'text' | 'shell' | 'powershell'; content: string } | undefined })[] })[] };
  };
  /** A pool, its addresses, and what the checks found */
  showPool: {
    input: {
      path: { pool: string };
    };
    answer: { name: string; spf: string | null; include: string | null; addresses: readonly ({ ip: string; hostname: string; state: 'active' | 'draining' | 'out'; since: string; prepared: boolean; in_spf: boolean; in_spf_until?: string | undefined; checks: readonly ({ check: 'spf' | 'reverse' | 'forward'; state: 'ok' | 'fail' | 'unknown' | 'unneeded'; expected: string; found: string; advice?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; looked_at: string | null })[] };
  };
  /** A request for export or erasure */
  showPrivacyRequest: {
    input: {
      path: { request: string };
    };
    answer: { id: string; customer: string; kind: 'export' | 'erasure'; address: string | null; mark: string; reason: string; suppression: 'keep' | 'erase'; state: 'open' | 'running' | 'waiting' | 'completed' | 'failed'; asked_by: string; asked_at: string; completed_at: string | null; found: Readonly<Record<string, number>> | null; result_until: string | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined };
  };
  /** How far a job is */
  showQuarantineJob: {
    input: {
      path: { job: string };
    };
    answer: { id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean };
  };
  /** One message in quarantine */
  showQuarantined: {
    input: {
      path: { id: string };
      query?: { language?: 'en' | 'de' | 'fr' | undefined };
    };
    answer: { id: string; customer: string; direction: 'inbound' | 'outbound'; stream: string; from: string; header_from: string | null; subject: string | null; to: readonly (string)[]; recipients: number; size: number; accepted_at: string; expires_at: string; reason: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person'; reasons: readonly ('virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person')[]; words: readonly (string)[]; score: number | null; found: readonly (string)[]; by: readonly (string)[]; note: string | null; note_words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; may_release: boolean; checks: readonly ({ check: string; result: string; verdict: string; ms: number; details?: Readonly<Record<string, string | number | boolean | readonly (string)[]>> | undefined })[]; acts: readonly ({ at: string; who: string; customer: string; message: string; action: 'released' | 'deleted' | 'allowed' | 'reported_spam' | 'reported_ham' | 'virus_asked' | 'virus_released' | 'expired' | 'failed'; recipients: number; reason: string | null })[]; looks: readonly ({ at: string; who: string; reason: string | null })[]; virus_asked: { who: string; at: string; until: string; reason: string } | null };
  };
  /** How far a job is */
  showQueueJob: {
    input: {
      path: { job: string };
    };
    answer: { id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean };
  };
  /** One message of the queue */
  showQueued: {
    input: {
      path: { id: string };
    };
    answer: { meta: { id: string; customer: string; direction: 'inbound' | 'outbound'; stream: string; sender: string; acceptedAt: number; size: number; origin: { ip: string; helo: string; login?: string | undefined }; messageId?: string | undefined; headerFrom?: string | undefined; subject?: string | undefined; recipientCount: number }; recipients: readonly ({ key: string; id: string; customer: string; direction: string; stream: string; from: string; to: string; destination: string; status: 'queued' | 'deferred' | 'held' | 'quarantined'; holds: readonly (string)[]; size: number; accepted_at: string; attempts: number; next_attempt_at: string | null; last_cause: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; holds: readonly ({ kind: string; note: string | null; by: string | null; since: string; to?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[]; sealed: boolean; bodyFile?: string | null | undefined };
  };
  /** One rule of the content filter */
  showRule: {
    input: {
      path: { rule: string };
    };
    answer: { id: string; customer: string | null; position: number; name: string; enabled: boolean; conditions: readonly ({ on: string })[]; actions: readonly ({ do: string })[]; last: boolean; made_from: string | null; made_at: string; changed_at: string; changed_by: string };
  };
  /** A sender of a customer: its level, and its last hour beside what is usual for it */
  showSender: {
    input: {
      path: { customer: string; kind: string; name: string };
    };
    answer: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'free' | 'slowed' | 'locked'; limit?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'slowed' | 'locked'; since: string; until?: string | undefined; signs: readonly (string)[]; by: string; side: 'relay' | 'operator' | 'customer'; per_minute: number | null; reason: string } | undefined; tolerated_until?: string | undefined; tolerance?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; until: string; made_at: string; made_by: string; reason: string } | undefined; habits?: { first_seen: string; last_seen: string; signs: readonly (string)[]; points: number; last_hour: { messages: number; recipients: number; held: number; refused: number; bad: number; new_destinations: number }; usual: { busiest_hour: number; hours_of_the_week: number }; slots: readonly ({ at: string; messages: number; recipients: number; held: number; refused: number; bad: number })[]; week: readonly (number)[]; known_destinations: number; locks: number } | undefined };
  };
  /** All events of one message */
  showTrace: {
    input: {
      path: { id: string };
    };
    answer: { entry: { cursor: string; id?: string | undefined; at: string; customer?: string | undefined; direction?: 'outbound' | 'inbound' | undefined; from?: string | undefined; recipients: readonly ({ address: string; status: 'queued' | 'deferred' | 'held' | 'quarantined' | 'delivered' | 'bounced' | 'expired' | 'suppressed' | 'removed' | 'rejected' })[]; more_recipients?: number | undefined; ip?: string | undefined; size?: number | undefined; message_id?: string | undefined; subject?: string | undefined; reply?: string | undefined; count?: number | undefined }; events: readonly ({ type: 'message.accepted' | 'message.rejected' | 'message.held' | 'message.released' | 'message.quarantined' | 'message.recipient.delivered' | 'message.recipient.bounced' | 'message.recipient.expired' | 'message.recipient.suppressed' | 'message.recipient.removed' | 'message.recipient.deferred' | 'message.recipient.delay_told' | 'message.recipient.held' | 'message.recipient.released' | 'message.recipient.complained' | 'message.recipient.rerouted' | 'message.recipient.retried'; at: number; meta?: { sender?: string | undefined; direction?: 'outbound' | 'inbound' | undefined; stream?: string | undefined; size?: number | undefined; subject?: string | undefined; messageId?: string | undefined; originalMessageId?: string | undefined; headerFrom?: string | undefined; authorDomain?: string | undefined; envelopeFrom?: string | undefined; origin?: { ip?: string | undefined; helo?: string | undefined; login?: string | undefined; tls?: { version: string; cipher: string; verified?: boolean | undefined } | undefined } | undefined; inspection?: readonly ({ check: string; result: string; verdict: string; ms: number; details?: Readonly<Record<string, string | number | boolean | readonly (string)[]>> | undefined })[] | undefined } | undefined; recipients?: readonly (string)[] | undefined; hidden?: readonly ({ field: string; before: string; after?: string | undefined; kept?: 'signed' | undefined })[] | undefined; hiddenMore?: number | undefined; index?: number | undefined; recipient?: string | undefined; attempt?: { number: number; at: number; durationMs: number; host?: string | undefined; ip?: string | undefined; from?: { ip: string; hostname: string; pool?: string | undefined } | undefined; tls?: { version: string; cipher: string; verified?: boolean | undefined } | undefined; reused?: boolean | undefined; signed?: readonly (string)[] | undefined; conversation: readonly ({ said: string; reply?: string | undefined; ms: number })[] } | undefined; reply?: { code: number; enhanced?: string | undefined; text: string } | string | undefined; cause?: { from: 'remote' | 'us'; stage?: string | undefined; host?: string | undefined; reply?: { code: number; enhanced?: string | undefined; text: string } | undefined; cause?: string | undefined; detail?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined } | undefined; nextAttemptAt?: number | undefined; bounce?: { permanence: 'permanent' | 'temporary'; class: 'invalid_address' | 'mailbox_unavailable' | 'content' | 'reputation' | 'volume' | 'technical' | 'authentication' | 'policy' | 'unclassified'; responsible: 'recipient' | 'customer' | 'easymail' | 'remote'; asynchronous: boolean } | undefined; suppressed?: true | undefined; reason?: string | undefined; by?: string | undefined; note?: string | undefined; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; notice?: { subject: string; id?: string | undefined; none?: string | undefined } | undefined; asynchronous?: true | undefined })[] };
  };
  /** A user */
  showUser: {
    input: {
      path: { user: string };
    };
    answer: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined; passkeys: number };
  };
  /** One webhook, and how it fares */
  showWebhook: {
    input: {
      path: { webhook: string };
    };
    answer: { id: string; customer: string | null; url: string; description: string; types: readonly (string)[]; thin: boolean; signing: 'hmac' | 'ed25519'; secrets: readonly ({ made_at: string; until: string | null; public_key?: string | undefined })[]; state: 'active' | 'paused' | 'disabled'; reason: 'hand' | 'failing' | 'gone' | null; since: string; created_at: string; health: { waiting: number; failing_since: string | null; failures: number; last_success: string | null; last_failure: string | null; dropped: number; dropped_first: string | null; dropped_last: string | null } | null };
  };
  /** Sign in with address and password */
  signIn: {
    input: {
      body: { email: string; password: string; code?: string | undefined; recovery_code?: string | undefined };
    };
    answer: { state: 'signed_in'; user: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined }; set_up_needed: boolean } | { state: 'second_factor'; ticket: string; ways: readonly ('totp' | 'passkey' | 'recovery_code')[] };
  };
  /** Sign in with a passkey */
  signInWithPasskey: {
    input: {
      body: { ticket: string; response: { id: string; rawId: string; type: 'public-key'; clientExtensionResults?: Readonly<Record<string, unknown>> | undefined; authenticatorAttachment?: 'platform' | 'cross-platform' | undefined; response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | undefined } } };
    };
    answer: { state: 'signed_in'; user: { id: string; email: string; name: string; language: 'en' | 'de' | 'fr'; role: 'administrator' | 'mail_engineer' | 'service_desk' | 'auditor' | 'data_protection_officer' | 'customer_administrator' | 'customer_member' | 'customer_viewer'; customer?: string | undefined; state: 'invited' | 'active' | 'disabled'; second_factor: boolean; made_at: string; made_by: string; last_sign_in_at?: string | undefined }; set_up_needed: boolean } | { state: 'second_factor'; ticket: string; ways: readonly ('totp' | 'passkey' | 'recovery_code')[] };
  };
  /** Sign out */
  signOut: {
    input: Record<never, never>;
    answer: undefined;
  };
  /** Release, delete or report very many messages in quarantine, step by step */
  startQuarantineJob: {
    input: {
      body: { query: { id?: string | undefined; customer?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; from?: string | undefined; to?: string | undefined; reason?: 'virus' | 'unscanned' | 'ambiguous' | 'content' | 'authentication' | 'spam' | 'person' | undefined; since?: string | undefined; before?: string | undefined; ids?: readonly (string)[] | undefined }; action: 'release' | 'delete' | 'report_spam' | 'report_ham'; expected?: number | undefined; reason?: string | undefined };
    };
    answer: { id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean };
  };
  /** Hold, release, retry, remove or reroute very many, step by step */
  startQueueJob: {
    input: {
      body: { query?: { id?: string | undefined; customer?: string | undefined; from?: string | undefined; to?: string | undefined; destination?: string | undefined; status?: 'queued' | 'deferred' | 'held' | 'quarantined' | undefined; hold?: string | undefined; cause?: string | undefined; direction?: 'inbound' | 'outbound' | undefined; address?: string | undefined; since?: string | undefined; before?: string | undefined; keys?: readonly (string)[] | undefined } | undefined; all?: boolean | undefined; kind?: string | undefined; note?: string | undefined; hosts?: readonly (string)[] | undefined; verb: 'hold' | 'release' | 'retry' | 'remove' | 'reroute'; until?: string | undefined };
    };
    answer: { id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean };
  };
  /** Try both ways again: ours is sent, the customer’s is waited for */
  startTest: {
    input: {
      path: { customer: string };
    };
    answer: { passed: boolean; outbound?: { state: 'waiting' | 'under way' | 'passed' | 'failed'; to: string; message?: string | undefined; passed_at?: string | undefined; journey: readonly ({ at: string; type: string; host?: string | undefined; ip?: string | undefined; tls?: string | undefined; from?: string | undefined; duration_ms?: number | undefined; reply?: string | undefined; cause?: string | undefined; next_attempt_at?: string | undefined })[]; refused: readonly ({ at: string; ip?: string | undefined; from?: string | undefined; reply?: string | undefined })[] } | undefined; inbound?: { state: 'waiting' | 'under way' | 'passed' | 'failed'; to: string; message?: string | undefined; passed_at?: string | undefined; journey: readonly ({ at: string; type: string; host?: string | undefined; ip?: string | undefined; tls?: string | undefined; from?: string | undefined; duration_ms?: number | undefined; reply?: string | undefined; cause?: string | undefined; next_attempt_at?: string | undefined })[]; refused: readonly ({ at: string; ip?: string | undefined; from?: string | undefined; reply?: string | undefined })[] } | undefined };
  };
  /** Show again who you are, for dangerous acts */
  stepUp: {
    input: {
      body: { password: string } | { ticket: string; response: { id: string; rawId: string; type: 'public-key'; clientExtensionResults?: Readonly<Record<string, unknown>> | undefined; authenticatorAttachment?: 'platform' | 'cross-platform' | undefined; response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | undefined } } };
    };
    answer: { stepped_up_until: string };
  };
  /** Stop a job; what was done stays done */
  stopQuarantineJob: {
    input: {
      path: { job: string };
    };
    answer: { id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean };
  };
  /** Stop a job; what was done stays done */
  stopQueueJob: {
    input: {
      path: { job: string };
    };
    answer: { id: string; verb: string; customer: string | null; who: string; reason: string | null; began_at: string; ended_at: string | null; state: 'running' | 'done' | 'stopped' | 'failed'; total: number; total_more: boolean; changed: number; skipped: number; query: Readonly<Record<string, unknown>>; kind: string | null; hosts: readonly (string)[] | null; fault: string | null; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined; cut_off: boolean };
  };
  /** Submit the entry for the customer; all faults are told at once */
  submitEntry: {
    input: {
      path: { customer: string };
    };
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined };
  };
  /** Submit the entry; all faults are told at once. From then on the link only reads */
  submitOnboarding: {
    input: Record<never, never>;
    answer: { entry: { domains: readonly ({ name: string; inbound: boolean; outbound: boolean; subdomains: boolean })[]; mailhosts: readonly ({ host: string; port: number; preference: number; tls: 'opportunistic' | 'verify' | 'none' })[]; sources: readonly ({ network: string; shared: boolean; proof?: 'login' | { header: string; value: string } | { secret_header: string; sha256: string } | undefined })[]; administrators: readonly ({ name: string; email: string; role: 'customer_administrator' | 'customer_member' | 'customer_viewer'; language: 'en' | 'de' | 'fr' })[]; portal: boolean; test_recipient?: string | undefined }; version: number; changed_at: string; changed_by?: string | undefined; submitted_at?: string | undefined };
  };
  /** Suspend a customer at once: new mail is refused, queued mail waits without ageing */
  suspendCustomer: {
    input: {
      path: { customer: string };
      body: { reason: string };
    };
    answer: { id: number; reason: string; at: string; by: string; lifted_at?: string | undefined; lifted_by?: string | undefined; lift_reason?: string | undefined };
  };
  /** Which rules a message would meet */
  testRules: {
    input: {
      body: { customer?: string | undefined; direction: 'inbound' | 'outbound'; stream?: string | undefined; sender: '<>' | '' | string; recipients: readonly (string)[]; at?: string | undefined; message: string; draft?: { name: string; enabled?: boolean | undefined; conditions: readonly ({ on: 'direction'; not?: true | undefined; is: 'inbound' | 'outbound' } | { on: 'customer'; not?: true | undefined; in: readonly (string)[] } | { on: 'stream'; not?: true | undefined; in: readonly (string)[] } | { on: 'sender'; not?: true | undefined; in: readonly ('<>' | string)[] } | { on: 'recipient'; not?: true | undefined; in: readonly (string)[] } | { on: 'size'; not?: true | undefined; over: number } | { on: 'recipients'; not?: true | undefined; over: number } | { on: 'header'; not?: true | undefined; name: string; has?: string | undefined; matches?: string | undefined } | { on: 'attachment-type'; not?: true | undefined; in: readonly (string)[] } | { on: 'attachment-name'; not?: true | undefined; in: readonly (string)[] } | { on: 'attachment'; not?: true | undefined; has: readonly ('executable' | 'script' | 'macro' | 'macro-autorun' | 'macro-xlm' | 'remote-template' | 'starts-program' | 'embedded-object' | 'archive' | 'disk-image' | 'encrypted' | 'bomb' | 'too-deep' | 'unreadable' | 'unopened' | 'path-trick' | 'type-mismatch' | 'name-trick')[] } | { on: 'attachment-size'; not?: true | undefined; over: number } | { on: 'fault'; not?: true | undefined } | { on: 'link'; not?: true | undefined; in: readonly (string)[] } | { on: 'link-mismatch'; not?: true | undefined } | { on: 'words'; not?: true | undefined; in: readonly (string)[]; where: 'subject' | 'body' | 'attachments' | 'anywhere'; min?: number | undefined } | { on: 'pattern'; not?: true | undefined; matches: string; where: 'subject' | 'body' | 'attachments' | 'anywhere'; min?: number | undefined } | { on: 'data'; not?: true | undefined; is: readonly ('iban' | 'card-number' | 'lu-national-id')[]; min?: number | undefined } | { on: 'time'; not?: true | undefined; days: readonly (number)[]; from: string; to: string; zone: string })[]; actions: readonly ({ do: 'pass' } | { do: 'hold'; note?: string | undefined } | { do: 'quarantine'; note?: string | undefined } | { do: 'reject' } | { do: 'later' } | { do: 'header'; name: string; value: string } | { do: 'subject-tag'; text: string } | { do: 'disclaimer'; text: string; html?: string | undefined } | { do: 'remove-part'; note?: string | undefined } | { do: 'copy'; to: string } | { do: 'notify'; to: readonly (string)[] })[]; last?: boolean | undefined } | undefined; off?: boolean | undefined };
    };
    answer: { matches: readonly ({ rule: string | null; name: string; of: 'operator' | 'customer'; enabled: boolean; parts: readonly (string)[]; actions: readonly (string)[] })[]; verdict: 'pass' | 'tag' | 'strip' | 'later' | 'hold' | 'quarantine' | 'reject'; note: string | null; fields: readonly (string)[]; effects: readonly ({ kind: 'copy'; to: string } | { kind: 'notify'; to: readonly (string)[]; rule: string })[]; parts: number; found: readonly ({ path: string; traits: readonly (string)[] })[]; faults: readonly ({ kind: string; where: string })[]; limit: string | null };
  };
  /** Send a test event; one that was paused because it failed is resumed where it takes it */
  testWebhook: {
    input: {
      path: { webhook: string };
    };
    answer: { event: string; taken: boolean; status: number | null; result: string; ms: number; resumed: boolean };
  };
  /** Do not slow or lock a sender until the time: it is known to do this */
  tolerateSender: {
    input: {
      path: { customer: string; kind: string; name: string };
      body: { reason: string; until: string };
    };
    answer: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'free' | 'slowed' | 'locked'; limit?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'slowed' | 'locked'; since: string; until?: string | undefined; signs: readonly (string)[]; by: string; side: 'relay' | 'operator' | 'customer'; per_minute: number | null; reason: string } | undefined; tolerated_until?: string | undefined; tolerance?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; until: string; made_at: string; made_by: string; reason: string } | undefined; habits?: { first_seen: string; last_seen: string; signs: readonly (string)[]; points: number; last_hour: { messages: number; recipients: number; held: number; refused: number; bad: number; new_destinations: number }; usual: { busiest_hour: number; hours_of_the_week: number }; slots: readonly ({ at: string; messages: number; recipients: number; held: number; refused: number; bad: number })[]; week: readonly (number)[]; known_destinations: number; locks: number } | undefined };
  };
  /** Let a sender go on, and forget what led here */
  unlockSender: {
    input: {
      path: { customer: string; kind: string; name: string };
      body: { reason: string };
    };
    answer: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'free' | 'slowed' | 'locked'; limit?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; level: 'slowed' | 'locked'; since: string; until?: string | undefined; signs: readonly (string)[]; by: string; side: 'relay' | 'operator' | 'customer'; per_minute: number | null; reason: string } | undefined; tolerated_until?: string | undefined; tolerance?: { customer: string; kind: 'sender' | 'from' | 'login' | 'source'; name: string; until: string; made_at: string; made_by: string; reason: string } | undefined; habits?: { first_seen: string; last_seen: string; signs: readonly (string)[]; points: number; last_hour: { messages: number; recipients: number; held: number; refused: number; bad: number; new_destinations: number }; usual: { busiest_hour: number; hours_of_the_week: number }; slots: readonly ({ at: string; messages: number; recipients: number; held: number; refused: number; bad: number })[]; week: readonly (number)[]; known_destinations: number; locks: number } | undefined };
  };
  /** Whether the audit is as it was written */
  verifyAudit: {
    input: Record<never, never>;
    answer: { ok: boolean; entries: number; first: number | null; last: number | null; head: string; dropped_up_to: number | null; heads: number; faults: readonly ({ id: number; what: string; words?: Readonly<Record<string, { code: string; values?: Readonly<Record<string, string | number | { text: string; code: string; values?: Readonly<Record<string, unknown>> | undefined }>> | undefined }>> | undefined })[] };
  };
  /** What moves: server-sent events, a frame of JSON a second, until the session or key ends (docs/api.md) */
  watchLive: {
    input: {
      query?: { customer?: string | undefined };
    };
    answer: { at: string; ms: number; inbound: { messages: number; recipients: number; octets: number; delivered: number; deferred: number; bounced: number; held: number; rejected: number }; outbound: { messages: number; recipients: number; octets: number; delivered: number; deferred: number; bounced: number; held: number; rejected: number }; refusals: Readonly<Record<string, number>>; queue: { at: string; queued: number; deferred: number; held: number; quarantined: number; ages: readonly ({ from_ms: number; to_ms: number | null; waiting: number; held: number })[]; oldest: string | null; destinations: readonly ({ destination: string; waiting: number; deferred: number })[] } | null; relay?: { disk: { free: number; full: boolean }; events_pending: number; fresh_age_ms: number; threads: readonly ({ name: string; busy: number })[]; scanners: readonly ({ scanner: string; address: string; scans: number; unavailable: number; mean_ms: number | null })[]; sessions: number; reconciler: 'even' | 'fault' | 'unknown'; alarms: number } | undefined };
  };
}

export const ROUTES = {
  addContract: 'POST /api/v1/customers/{customer}/contracts',
  addDomain: 'POST /api/v1/customers/{customer}/domains',
  addMailHost: 'POST /api/v1/customers/{customer}/mailhosts',
  addPasskey: 'POST /api/v1/account/passkeys',
  addPoolAddress: 'POST /api/v1/pools/{pool}/addresses',
  addSender: 'POST /api/v1/listed-senders',
  addSource: 'POST /api/v1/customers/{customer}/sources',
  addSubscription: 'POST /api/v1/customers/{customer}/subscriptions',
  addSuppressions: 'POST /api/v1/customers/{customer}/suppressions',
  adoptRuleSet: 'POST /api/v1/rule-sets/{set}/adopt',
  apply: 'POST /api/v1/apply',
  approveEntry: 'POST /api/v1/customers/{customer}/approval',
  approveSource: 'POST /api/v1/customers/{customer}/sources/{network}/approve',
  askForReset: 'POST /api/v1/password-resets',
  askGrant: 'POST /api/v1/customers/{customer}/grants',
  askPasskeyRegistration: 'POST /api/v1/account/passkeys/options',
  askPasskeySignIn: 'POST /api/v1/session/passkey-options',
  askPasskeyStepUp: 'POST /api/v1/session/step-up/passkey-options',
  beginTermination: 'POST /api/v1/customers/{customer}/termination',
  beginTotp: 'POST /api/v1/account/totp',
  blockSource: 'POST /api/v1/customers/{customer}/sources/{network}/block',
  changeCustomer: 'PATCH /api/v1/customers/{customer}',
  changeDomain: 'PATCH /api/v1/customers/{customer}/domains/{domain}',
  changePassword: 'POST /api/v1/account/password',
  changePool: 'PATCH /api/v1/pools/{pool}',
  changePoolAddress: 'PATCH /api/v1/pools/{pool}/addresses/{ip}',
  changeProfile: 'PATCH /api/v1/account',
  changeProtection: 'PATCH /api/v1/protection',
  changeQuarantine: 'POST /api/v1/quarantine/bulk',
  changeQueue: 'POST /api/v1/queue/{verb}',
  changeRule: 'PATCH /api/v1/rules/{rule}',
  changeSubscription: 'PATCH /api/v1/customers/{customer}/subscriptions/{subscription}',
  changeUser: 'PATCH /api/v1/users/{user}',
  changeWebhook: 'PATCH /api/v1/webhooks/{webhook}',
  checkDkimRecords: 'POST /api/v1/dkim/domains/{domain}/check',
  checkFirewall: 'POST /api/v1/customers/{customer}/firewall/check',
  checkOnboarding: 'POST /api/v1/onboarding/faults',
  checkPool: 'POST /api/v1/pools/{pool}/check',
  checkRule: 'POST /api/v1/rules/check',
  confirmTotp: 'POST /api/v1/account/totp/confirm',
  countCustomers: 'GET /api/v1/customer-counts',
  createDkimKey: 'POST /api/v1/dkim/keys',
  createExport: 'POST /api/v1/exports',
  createLink: 'POST /api/v1/customers/{customer}/links',
  createPool: 'POST /api/v1/pools',
  createRule: 'POST /api/v1/rules',
  createWebhook: 'POST /api/v1/webhooks',
  deleteQuarantined: 'POST /api/v1/quarantine/{id}/delete',
  drain: 'POST /api/v1/drain',
  dropGrant: 'DELETE /api/v1/customers/{customer}/grants/{domain}',
  endOtherSessions: 'DELETE /api/v1/account/sessions',
  endOwnSession: 'DELETE /api/v1/account/sessions/{session}',
  endUserSessions: 'DELETE /api/v1/users/{user}/sessions',
  examineRelay: 'POST /api/v1/health/examination',
  explain: 'GET /api/v1/explain',
  export: 'GET /api/v1/export',
  getApproval: 'GET /api/v1/customers/{customer}/approval',
  getCaughtSource: 'GET /api/v1/sandbox/messages/{name}/source',
  getCertificate: 'GET /api/v1/customers/{customer}/certificate',
  getChecks: 'GET /api/v1/customers/{customer}/checks',
  getCustomer: 'GET /api/v1/customers/{customer}',
  getEntry: 'GET /api/v1/customers/{customer}/entry',
  getExamination: 'GET /api/v1/health/examination',
  getExportFile: 'GET /api/v1/exports/{export}/file',
  getExportResult: 'GET /api/v1/privacy/requests/{request}/result',
  getFirewall: 'GET /api/v1/customers/{customer}/firewall',
  getFloods: 'GET /api/v1/floods',
  getHealth: 'GET /api/v1/health',
  getHoldings: 'GET /api/v1/customers/{customer}/holdings',
  getOnboarding: 'GET /api/v1/onboarding',
  getOnboardingChecks: 'GET /api/v1/onboarding/checks',
  getOnboardingRecords: 'GET /api/v1/onboarding/records',
  getOnboardingTest: 'GET /api/v1/onboarding/test',
  getPoolUsage: 'GET /api/v1/pools/{pool}/usage',
  getPortal: 'GET /api/v1/portal',
  getProcessingRegister: 'GET /api/v1/privacy/register',
  getProcessingRegisterText: 'GET /api/v1/privacy/register.md',
  getProtection: 'GET /api/v1/protection',
  getQueueCounts: 'GET /api/v1/queue',
  getQueueSurvey: 'GET /api/v1/queue/survey',
  getRecords: 'GET /api/v1/customers/{customer}/records',
  getRetention: 'GET /api/v1/privacy/retention',
  getRunbook: 'GET /api/v1/runbooks/{name}',
  getSandbox: 'GET /api/v1/sandbox',
  getSession: 'GET /api/v1/session',
  getSettings: 'GET /api/v1/settings',
  getSignIn: 'GET /api/v1/session/ways',
  getSpf: 'GET /api/v1/spf',
  getStatus: 'GET /api/v1/status',
  getSuppression: 'GET /api/v1/customers/{customer}/suppressions/{address}',
  getTermination: 'GET /api/v1/customers/{customer}/termination',
  getTest: 'GET /api/v1/customers/{customer}/test',
  getTimes: 'GET /api/v1/customers/{customer}/times',
  getTraffic: 'GET /api/v1/traffic',
  giveSecondFactor: 'POST /api/v1/session/second-factor',
  importCustomers: 'POST /api/v1/import/customers',
  importDkimKey: 'POST /api/v1/dkim/import',
  importRecipients: 'POST /api/v1/customers/{customer}/recipients/import',
  inviteUser: 'POST /api/v1/users',
  liftSuspension: 'POST /api/v1/customers/{customer}/suspensions/{suspension}/lift',
  listAllDomains: 'GET /api/v1/domains',
  listAllMailHosts: 'GET /api/v1/mailhosts',
  listAllSources: 'GET /api/v1/sources',
  listAudit: 'GET /api/v1/audit',
  listBackups: 'GET /api/v1/backups',
  listCaught: 'GET /api/v1/sandbox/messages',
  listCertificateKeys: 'GET /api/v1/certificate-keys',
  listChecks: 'GET /api/v1/checks',
  listContentAccess: 'GET /api/v1/customers/{customer}/privacy/content-access',
  listContracts: 'GET /api/v1/customers/{customer}/contracts',
  listCustomers: 'GET /api/v1/customers',
  listDeliveries: 'GET /api/v1/webhooks/{webhook}/deliveries',
  listDestinations: 'GET /api/v1/queue/destinations',
  listDkimKeys: 'GET /api/v1/dkim/keys',
  listDomains: 'GET /api/v1/customers/{customer}/domains',
  listEventTypes: 'GET /api/v1/event-types',
  listEvents: 'GET /api/v1/events',
  listExports: 'GET /api/v1/exports',
  listGranted: 'GET /api/v1/customers/{customer}/granted',
  listGrants: 'GET /api/v1/customers/{customer}/grants',
  listGuides: 'GET /api/v1/customers/{customer}/guides',
  listKeys: 'GET /api/v1/keys',
  listLimitedSenders: 'GET /api/v1/limited-senders',
  listLinks: 'GET /api/v1/customers/{customer}/links',
  listMailHosts: 'GET /api/v1/customers/{customer}/mailhosts',
  listNotices: 'GET /api/v1/notices',
  listOrders: 'GET /api/v1/orders',
  listOwnGuides: 'GET /api/v1/onboarding/guides',
  listOwnSessions: 'GET /api/v1/account/sessions',
  listOwnSignIns: 'GET /api/v1/account/sign-ins',
  listPools: 'GET /api/v1/pools',
  listPrivacyRequests: 'GET /api/v1/privacy/requests',
  listQuarantine: 'GET /api/v1/quarantine',
  listQuarantineActs: 'GET /api/v1/quarantine/acts',
  listQuarantineJobs: 'GET /api/v1/quarantine/jobs',
  listQueue: 'GET /api/v1/queue/recipients',
  listQueueGroups: 'GET /api/v1/queue/groups',
  listQueueJobs: 'GET /api/v1/queue/jobs',
  listRoles: 'GET /api/v1/roles',
  listRuleSets: 'GET /api/v1/rule-sets',
  listRules: 'GET /api/v1/rules',
  listScanners: 'GET /api/v1/scanners',
  listSearches: 'GET /api/v1/account/searches',
  listSecondFactors: 'GET /api/v1/account/second-factors',
  listSenders: 'GET /api/v1/listed-senders',
  listShares: 'GET /api/v1/trace/messages/{id}/shares',
  listSources: 'GET /api/v1/customers/{customer}/sources',
  listSubscriptions: 'GET /api/v1/customers/{customer}/subscriptions',
  listSuppressions: 'GET /api/v1/suppressions',
  listSuspensions: 'GET /api/v1/customers/{customer}/suspensions',
  listTerminations: 'GET /api/v1/terminations',
  listToleratedSenders: 'GET /api/v1/tolerated-senders',
  listTransitions: 'GET /api/v1/customers/{customer}/transitions',
  listUserSessions: 'GET /api/v1/users/{user}/sessions',
  listUsers: 'GET /api/v1/users',
  listWebhooks: 'GET /api/v1/webhooks',
  lockSender: 'POST /api/v1/customers/{customer}/senders/{kind}/{name}/lock',
  lookAgain: 'POST /api/v1/customers/{customer}/checks',
  lookAtInvitation: 'POST /api/v1/invitations/look',
  lookAtLink: 'POST /api/v1/links/look',
  lookAtTerminationRecords: 'POST /api/v1/customers/{customer}/termination/look',
  lookOnboarding: 'POST /api/v1/onboarding/checks',
  makeBackup: 'POST /api/v1/backups',
  makeFirstLink: 'POST /api/v1/users/first-link',
  makeKey: 'POST /api/v1/keys',
  moveCustomer: 'POST /api/v1/customers/{customer}/stage',
  openPrivacyRequest: 'POST /api/v1/customers/{customer}/privacy/requests',
  openSandboxSession: 'POST /api/v1/sandbox/session',
  openShare: 'POST /api/v1/shared-message',
  patchEntry: 'PATCH /api/v1/customers/{customer}/entry',
  patchOnboarding: 'PATCH /api/v1/onboarding',
  pauseWebhook: 'POST /api/v1/webhooks/{webhook}/pause',
  previewCaught: 'GET /api/v1/sandbox/messages/{name}/preview',
  previewQuarantineChange: 'POST /api/v1/quarantine/jobs/preview',
  previewQuarantined: 'POST /api/v1/quarantine/{id}/preview',
  previewQueueChange: 'POST /api/v1/queue/jobs/preview',
  proceedTermination: 'POST /api/v1/customers/{customer}/termination/proceed',
  putEntry: 'PUT /api/v1/customers/{customer}/entry',
  putOnboarding: 'PUT /api/v1/onboarding',
  readContent: 'POST /api/v1/queue/messages/{id}/content',
  redeemInvitation: 'POST /api/v1/invitations/redeem',
  redeemReset: 'POST /api/v1/password-resets/redeem',
  registerCustomer: 'POST /api/v1/customers',
  reinstateCustomer: 'POST /api/v1/customers/{customer}/reinstate',
  releaseQuarantined: 'POST /api/v1/quarantine/{id}/release',
  releaseVirus: 'POST /api/v1/quarantine/{id}/release-virus',
  removeDkimKey: 'POST /api/v1/dkim/keys/{domain}/{selector}/remove',
  removeDomain: 'DELETE /api/v1/customers/{customer}/domains/{domain}',
  removeExport: 'DELETE /api/v1/exports/{export}',
  removeMailHost: 'DELETE /api/v1/customers/{customer}/mailhosts/{host}/{port}',
  removePasskey: 'DELETE /api/v1/account/passkeys/{passkey}',
  removePool: 'DELETE /api/v1/pools/{pool}',
  removePoolAddress: 'DELETE /api/v1/pools/{pool}/addresses/{ip}',
  removeRule: 'DELETE /api/v1/rules/{rule}',
  removeSearch: 'DELETE /api/v1/account/searches/{search}',
  removeSecondFactors: 'DELETE /api/v1/users/{user}/second-factors',
  removeSender: 'DELETE /api/v1/listed-senders/{sender}',
  removeSource: 'DELETE /api/v1/customers/{customer}/sources/{network}',
  removeSuppression: 'DELETE /api/v1/customers/{customer}/suppressions/{address}',
  removeTotp: 'DELETE /api/v1/account/totp',
  removeUser: 'DELETE /api/v1/users/{user}',
  removeWebhook: 'DELETE /api/v1/webhooks/{webhook}',
  renamePasskey: 'PATCH /api/v1/account/passkeys/{passkey}',
  renewInvitation: 'POST /api/v1/users/{user}/invitation',
  renewLink: 'POST /api/v1/customers/{customer}/links/{link}/renew',
  renewRecoveryCodes: 'POST /api/v1/account/recovery-codes',
  replayDelivery: 'POST /api/v1/webhooks/{webhook}/deliveries/{delivery}/replay',
  replayWebhook: 'POST /api/v1/webhooks/{webhook}/replay',
  reportQuarantined: 'POST /api/v1/quarantine/{id}/report',
  resumeWebhook: 'POST /api/v1/webhooks/{webhook}/resume',
  retireDkimKey: 'POST /api/v1/dkim/keys/{domain}/{selector}/retire',
  returnEntry: 'POST /api/v1/customers/{customer}/entry/return',
  revokeKey: 'DELETE /api/v1/keys/{key}',
  revokeLink: 'DELETE /api/v1/customers/{customer}/links/{link}',
  revokeShare: 'DELETE /api/v1/shares/{share}',
  rotateDkimKeys: 'POST /api/v1/dkim/domains/{domain}/rotate',
  rotateWebhookSecret: 'POST /api/v1/webhooks/{webhook}/rotate',
  runRetention: 'POST /api/v1/privacy/retention/run',
  saveSearch: 'POST /api/v1/account/searches',
  searchRecipients: 'GET /api/v1/trace/recipients',
  searchTrace: 'GET /api/v1/trace',
  sendSample: 'POST /api/v1/sandbox/samples',
  setAddressState: 'POST /api/v1/pools/{pool}/addresses/{ip}/{act}',
  shareMessage: 'POST /api/v1/trace/messages/{id}/shares',
  shareOnboarding: 'POST /api/v1/onboarding/share',
  showCaught: 'GET /api/v1/sandbox/messages/{name}',
  showDelivery: 'GET /api/v1/webhooks/{webhook}/deliveries/{delivery}',
  showDkimKey: 'GET /api/v1/dkim/keys/{domain}/{selector}',
  showExport: 'GET /api/v1/exports/{export}',
  showGuide: 'GET /api/v1/customers/{customer}/guides/{server}',
  showKey: 'GET /api/v1/keys/{key}',
  showOwnGuide: 'GET /api/v1/onboarding/guides/{server}',
  showPool: 'GET /api/v1/pools/{pool}',
  showPrivacyRequest: 'GET /api/v1/privacy/requests/{request}',
  showQuarantineJob: 'GET /api/v1/quarantine/jobs/{job}',
  showQuarantined: 'GET /api/v1/quarantine/{id}',
  showQueueJob: 'GET /api/v1/queue/jobs/{job}',
  showQueued: 'GET /api/v1/queue/messages/{id}',
  showRule: 'GET /api/v1/rules/{rule}',
  showSender: 'GET /api/v1/customers/{customer}/senders/{kind}/{name}',
  showTrace: 'GET /api/v1/trace/messages/{id}',
  showUser: 'GET /api/v1/users/{user}',
  showWebhook: 'GET /api/v1/webhooks/{webhook}',
  signIn: 'POST /api/v1/session/sign-in',
  signInWithPasskey: 'POST /api/v1/session/passkey',
  signOut: 'DELETE /api/v1/session',
  startQuarantineJob: 'POST /api/v1/quarantine/jobs',
  startQueueJob: 'POST /api/v1/queue/jobs',
  startTest: 'POST /api/v1/customers/{customer}/test',
  stepUp: 'POST /api/v1/session/step-up',
  stopQuarantineJob: 'POST /api/v1/quarantine/jobs/{job}/stop',
  stopQueueJob: 'POST /api/v1/queue/jobs/{job}/stop',
  submitEntry: 'POST /api/v1/customers/{customer}/entry/submit',
  submitOnboarding: 'POST /api/v1/onboarding/submit',
  suspendCustomer: 'POST /api/v1/customers/{customer}/suspensions',
  testRules: 'POST /api/v1/rules/test',
  testWebhook: 'POST /api/v1/webhooks/{webhook}/test',
  tolerateSender: 'POST /api/v1/customers/{customer}/senders/{kind}/{name}/tolerate',
  unlockSender: 'POST /api/v1/customers/{customer}/senders/{kind}/{name}/unlock',
  verifyAudit: 'GET /api/v1/audit/verification',
  watchLive: 'GET /api/v1/live',
} as const satisfies Record<keyof Operations, string>;
