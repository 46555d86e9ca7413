// Why the checks held mail, as it is noted with the message, by code. What a person noted stays as it is.

/** Part of the reasons that the API knows by code. */
export const NOTES = {
  'note-virus': 'A virus was found: {text}',
  'note-no-virus-scanner': 'No virus scanner could look at it',
  'note-no-spam-scanner': 'No spam scanner could look at it',
  'note-virus-oversize': 'Too big for the virus scanner, so it was not scanned whole',
  'note-password': 'A part needs a password, so it could not be scanned for viruses',
  'note-choked': 'The scanner did not get through with it, again and again, and with other mail it did',
  'note-readings': 'Can be read in {count} other ways',
  'note-two-ways': 'Can be read in two ways: {text}',
  'note-past-limits': 'Past the limits of what is looked into: {limit}',
  'note-unopened': 'Holds an archive that is broken or of an unknown kind',
  'note-unreadable': 'Holds what cannot be looked into',
  'note-died': 'Taking it apart ended the process that did it, again and again',
  'note-part-stays': 'A part that a rule takes out could not be taken out',
  'note-spam-rule': 'Spam, by a rule of the scanner',
  'note-spam': 'Spam: a score of {score}, {limit} or more',
  'note-dmarc': 'DMARC: not proven to be of {domain}',
  'note-spf': 'SPF: not sent from a server of {domain}',
} as const satisfies Readonly<Record<string, string>>;
