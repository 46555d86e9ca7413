// What a report about earlier mail says, whatever form it came in: the facts, as they were said. Pure data; who reads it
// decides what to make of it.

/**
 * `failure`, `delay`, `success`: a delivery status notification (RFC 3464), or a bounce in words of its own.
 * `complaint`: a feedback report (RFC 5965). `auto-reply`: an answer by a machine (RFC 3834). `unknown`: none of these.
 * Where recipients differ, the worst counts: failure before delay before success.
 */
export type ReportKind = 'failure' | 'delay' | 'success' | 'complaint' | 'auto-reply' | 'unknown';

/** RFC 3464 2.3.3. */
export type ReportAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** One recipient of the earlier mail. A field is absent where the report does not say it. */
export interface ReportedRecipient {
  /** RFC 3464 2.3.2: where it failed. */
  final?: string;
  /** RFC 3464 2.3.1: as the sender of the earlier mail gave it (ORCPT). */
  original?: string;
  action: ReportAction;
  /** RFC 3463 code; never one that we made up. */
  status?: string;
  /** SMTP reply code that the text of the diagnosis has. */
  code?: number;
  /** What the remote said, codes included: one line, 1,000 characters at most. */
  diagnostic?: string;
  /** Where the report is in words of its own: those about this recipient, one line, 1,000 characters at most. */
  words?: string;
  /** RFC 3464 2.3.5: name of the host that spoke. */
  remoteMta?: string;
  /** Step of the SMTP conversation, where the words name it: `rcpt`, `data`, … */
  stage?: 'connect' | 'ehlo' | 'mail' | 'rcpt' | 'data';
}

/** A hop of the earlier mail, from a Received field that the report brought back. */
export interface ReturnedHop {
  by: string;
  id: string;
}

export interface Report {
  kind: ReportKind;
  /** May be empty: some bounces name nobody. */
  recipients: ReportedRecipient[];
  /** Message-ID of the earlier mail, without brackets. */
  messageId?: string;
  /** Address in From of the earlier mail. */
  originalFrom?: string;
  /** Address in To of the earlier mail, where it has exactly one. */
  originalTo?: string;
  /** RFC 3464 2.2.1: ENVID of the earlier mail, decoded from xtext. */
  envelopeId?: string;
  /** RFC 3464 2.2.2: the host that reports. */
  reportingMta?: string;
  /** Hops of the earlier mail, the newest first: ours has our host name and queue id. */
  hops: ReturnedHop[];
  /** The report's own words for people, with its subject first: at most 4,000 characters. */
  words: string;
  /** Of a complaint. */
  complaint?: Complaint;
}

/** RFC 5965 3: a feedback report; RFC 6591 for failures of authentication. */
export interface Complaint {
  /** RFC 5965 7.3: `abuse`, `fraud`, `virus`, `other`, `not-spam`, `auth-failure`; lower case, as it was said. */
  type: string;
  userAgent?: string;
  originalMailFrom?: string;
  /** Addresses that complained, where the report names them. */
  recipients: string[];
  sourceIp?: string;
  arrivalDate?: string;
  reportedDomains: string[];
  /** Number of complaints that this one stands for (RFC 5965 3.2). */
  incidents: number;
  /** RFC 6591 3.2.1: `bodyhash`, `revoked`, `signature`, `spf`, `adsp`, `dmarc`. */
  authFailure?: string;
}
