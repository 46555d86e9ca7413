import type { GuideTexts } from './texts.ts';

export const english: GuideTexts = {
  headings: { out: 'Outgoing mail', in: 'Incoming mail', firewall: 'Firewall', test: 'Test' },
  title: (server, relay) => `${server} with the relay ${relay}`,
  intro: (server, relay, name) =>
    `With these settings ${server} sends all mail to the Internet through ${relay}, and takes mail from the Internet from there alone. They hold the values of ${name}: keep them to yourself. Keep a copy of the files that you change.`,
  add: (file) => `Add to ${file} (replace settings of the same name):`,
  write: (file) => `Write the file ${file}:`,
  run: 'Run:',
  runAsRoot: 'Run as root:',
  out: (relay, port) =>
    `All mail to other domains goes to ${relay}, port ${port}, over TLS, and the certificate is verified.`,
  outWithoutTls: 'The relay offers no TLS on this port: mail goes to it unencrypted.',
  login: (file) =>
    `Write the login into ${file}. Put the password in place of PASSWORD; nobody else may read the file.`,
  loginUnknown: 'Put the name of your login in place of LOGIN.',
  passwordPrompt: 'You are asked for the password of the login.',
  secretRule: (field) =>
    `The addresses that this service sends from are shared with others, so each message has to carry your secret in the field ${field}. Put the secret in place of SECRET:`,
  providerHeader: (field) =>
    `The addresses that this service sends from are shared with others. The relay knows your mail by the field ${field}, which the service sets by itself.`,
  stream: (name) => `Mail of the stream “${name}” carries this field in its header:`,
  in: (domains) =>
    `Mail for ${domains} comes from the addresses of the relay. What comes to port 25 from elsewhere is refused.`,
  addressUnknown:
    'The addresses of the relay are not fixed yet: ask your operator for them, and put them in place of ADDRESS. Before that, leave these settings out: mail from the relay would be refused too.',
  leaveAlone:
    'Leave these addresses out of your own SPF, blocklist and greylisting checks, and out of limits on connections: the relay has made the checks, and all mail from the Internet comes from these few addresses.',
  notTrusted: 'Do not put these addresses among the networks that may send through your server.',
  letIn: 'Let these addresses in to port 25 of your mail server, and nobody else:',
  letOut: (relay, port) =>
    `Let your mail server out to ${relay}, port ${port}. It need not reach port 25 of anybody else.`,
  test: (domain, address) => `Send a message from an address at ${domain} to ${address}; it goes no further.`,
  testAnywhere: 'Send a message from an address of yours to one outside, and look it up in the relay’s trace.',
  testInbound: 'Then send one from outside to an address of yours.',
  eximSection: (section) => `In the section “begin ${section}” of Exim’s configuration:`,
  eximRouter:
    'In the section “begin routers”, before the router for remote domains (usually “dnslookup”), which is no longer reached:',
  eximAcl:
    'At the beginning of the ACL for RCPT (usually “acl_check_rcpt”). Where your lists have other names than +local_domains and +relay_from_hosts, use those:',
  sendmailRebuild: 'Build the maps and the configuration, and start sendmail again:',
  sendmailWrappers:
    'sendmail has no setting that refuses everybody else; where it was built with TCP wrappers, as on Debian, these files do. Otherwise the firewall has to:',
  opensmtpdOrder:
    'Put the actions and matches before those that deliver to the Internet, and take those out. Replace “local_mail” by the name of your action for local delivery:',
  exchangeShell: 'Run in the Exchange Management Shell:',
  exchangeOthers:
    'Then take anonymous senders away from the connector that answered the Internet up to now. Devices inside that send without a login need a receive connector of their own first:',
  onlineShell: 'Run in Exchange Online PowerShell, after Connect-ExchangeOnline:',
  onlineCenterOut:
    'The same in the Exchange admin center: Mail flow > Connectors > Add a connector; from “Office 365” to “Partner organization”; “Only when email messages are sent to these domains”: *; route through these smart hosts; “Always use TLS”, “Issued by a trusted certificate authority”, and the name of the relay.',
  onlineCenterIn:
    'In the admin center: Mail flow > Connectors > Add a connector; from “Partner organization” to “Office 365”; by verifying that the sender domain is *; reject what is not sent over TLS, and what is not sent from these addresses. The MX records of your domains have to name the relay before.',
  onlineNoLogin:
    'Connectors of Microsoft 365 cannot log in: enter its addresses as a shared source with a secret in a header field, or ask your operator.',
  onlinePort: (port) =>
    `Connectors of Microsoft 365 use port 25 only, and the relay takes your mail at port ${port}: ask your operator.`,
  onlineOnlyIpv4: 'The connector takes IPv4 addresses only; the relay uses the others as well where it reaches them.',
  googleHost: 'Admin console: Apps > Google Workspace > Gmail > Hosts > Add route.',
  googleRoute: 'Admin console: Apps > Google Workspace > Gmail > Routing > Configure.',
  googleInbound:
    'Admin console: Apps > Google Workspace > Gmail > Spam, Phishing and Malware > Inbound gateway. The MX records of your domains have to name the relay before.',
  zimbraUser: 'Run as the user zimbra on each MTA:',
};
