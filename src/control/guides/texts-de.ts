import type { GuideTexts } from './texts.ts';

export const german: GuideTexts = {
  headings: { out: 'Ausgehende Mail', in: 'Eingehende Mail', firewall: 'Firewall', test: 'Test' },
  title: (server, relay) => `${server} mit dem Relay ${relay}`,
  intro: (server, relay, name) =>
    `Mit diesen Einstellungen sendet ${server} alle Mail ins Internet über ${relay} und nimmt Mail aus dem Internet nur noch von dort an. Sie enthalten die Werte von ${name}: Bitte behandeln Sie sie vertraulich. Sichern Sie die Dateien, die Sie ändern.`,
  add: (file) => `In ${file} eintragen (gleichnamige Einstellungen ersetzen):`,
  write: (file) => `Die Datei ${file} anlegen:`,
  run: 'Ausführen:',
  runAsRoot: 'Als root ausführen:',
  out: (relay, port) =>
    `Alle Mail an andere Domains geht an ${relay}, Port ${port}, über TLS; das Zertifikat wird geprüft.`,
  outWithoutTls: 'Das Relay bietet an diesem Port kein TLS an: Die Mail geht unverschlüsselt dorthin.',
  login: (file) =>
    `Die Anmeldung in ${file} eintragen. Statt PASSWORD steht dort das Passwort; niemand sonst darf die Datei lesen.`,
  loginUnknown: 'Statt LOGIN steht dort der Name Ihrer Anmeldung.',
  passwordPrompt: 'Sie werden nach dem Passwort der Anmeldung gefragt.',
  secretRule: (field) =>
    `Die Adressen, von denen dieser Dienst sendet, teilen Sie mit anderen. Jede Nachricht muss daher Ihr Geheimnis im Feld ${field} tragen. Setzen Sie es statt SECRET ein:`,
  providerHeader: (field) =>
    `Die Adressen, von denen dieser Dienst sendet, teilen Sie mit anderen. Das Relay erkennt Ihre Mail am Feld ${field}, das der Dienst selbst setzt.`,
  stream: (name) => `Mail des Stroms „${name}“ trägt dieses Feld im Kopf:`,
  in: (domains) =>
    `Mail für ${domains} kommt von den Adressen des Relays. Was von anderswo an Port 25 kommt, wird abgewiesen.`,
  addressUnknown:
    'Die Adressen des Relays stehen noch nicht fest: Fragen Sie Ihren Betreiber danach und setzen Sie sie an die Stelle von ADDRESS. Lassen Sie diese Einstellungen bis dahin weg, sonst wird auch Mail vom Relay abgelehnt.',
  leaveAlone:
    'Nehmen Sie diese Adressen von Ihren eigenen Prüfungen (SPF, Sperrlisten, Greylisting) und von Grenzen für Verbindungen aus: Das Relay hat geprüft, und alle Mail aus dem Internet kommt von diesen wenigen Adressen.',
  notTrusted: 'Nehmen Sie diese Adressen nicht in die Netze auf, die über Ihren Server senden dürfen.',
  letIn: 'Lassen Sie diese Adressen an Port 25 Ihres Mailservers, und niemanden sonst:',
  letOut: (relay, port) =>
    `Lassen Sie Ihren Mailserver zu ${relay}, Port ${port}, hinaus. Port 25 bei anderen braucht er nicht zu erreichen.`,
  test: (domain, address) =>
    `Senden Sie eine Nachricht von einer Adresse bei ${domain} an ${address}; sie geht nicht weiter.`,
  testAnywhere:
    'Senden Sie eine Nachricht von einer Ihrer Adressen nach außen und sehen Sie sie in der Verfolgung des Relays nach.',
  testInbound: 'Senden Sie dann eine von außen an eine Ihrer Adressen.',
  eximSection: (section) => `Im Abschnitt „begin ${section}“ der Konfiguration von Exim:`,
  eximRouter:
    'Im Abschnitt „begin routers“, vor dem Router für fremde Domains (meist „dnslookup“), der nicht mehr erreicht wird:',
  eximAcl:
    'Am Anfang der ACL für RCPT (meist „acl_check_rcpt“). Heißen Ihre Listen anders als +local_domains und +relay_from_hosts, dann mit deren Namen:',
  sendmailRebuild: 'Tabellen und Konfiguration erzeugen, sendmail neu starten:',
  sendmailWrappers:
    'sendmail kennt keine Einstellung, die alle anderen abweist; mit TCP-Wrappern gebaut, wie bei Debian, tun es diese Dateien. Sonst muss es die Firewall:',
  opensmtpdOrder:
    'Stellen Sie die Aktionen und Regeln vor die, die ins Internet zustellen, und entfernen Sie jene. Ersetzen Sie „local_mail“ durch den Namen Ihrer Aktion für die lokale Zustellung:',
  exchangeShell: 'In der Exchange-Verwaltungsshell ausführen:',
  exchangeOthers:
    'Nehmen Sie dann dem Connector, der bisher dem Internet antwortete, die anonymen Absender. Geräte im Haus, die ohne Anmeldung senden, brauchen zuvor einen eigenen Empfangsconnector:',
  onlineShell: 'In der Exchange-Online-PowerShell nach Connect-ExchangeOnline ausführen:',
  onlineCenterOut:
    'Dasselbe im Exchange Admin Center: Nachrichtenfluss > Connectors > Connector hinzufügen; von „Office 365“ zu „Partnerorganisation“; „Nur wenn E-Mails an diese Domänen gesendet werden“: *; über diese Smarthosts leiten; „Immer TLS verwenden“, „Von einer vertrauenswürdigen Zertifizierungsstelle ausgestellt“ und der Name des Relays.',
  onlineCenterIn:
    'Im Admin Center: Nachrichtenfluss > Connectors > Connector hinzufügen; von „Partnerorganisation“ zu „Office 365“; Absenderdomäne *; ablehnen, was nicht über TLS und was nicht von diesen Adressen kommt. Die MX-Einträge Ihrer Domains müssen zuvor das Relay nennen.',
  onlineNoLogin:
    'Connectors von Microsoft 365 können sich nicht anmelden: Geben Sie dessen Adressen als geteilte Quelle mit einem Geheimnis in einem Kopffeld an, oder fragen Sie Ihren Betreiber.',
  onlinePort: (port) =>
    `Connectors von Microsoft 365 nutzen nur Port 25, das Relay nimmt Ihre Mail an Port ${port} an: Fragen Sie Ihren Betreiber.`,
  onlineOnlyIpv4: 'Der Connector nimmt nur IPv4-Adressen; das Relay nutzt auch die anderen, wo es sie erreicht.',
  googleHost: 'Admin-Konsole: Apps > Google Workspace > Gmail > Hosts > Route hinzufügen.',
  googleRoute: 'Admin-Konsole: Apps > Google Workspace > Gmail > Routing > Konfigurieren.',
  googleInbound:
    'Admin-Konsole: Apps > Google Workspace > Gmail > Spam, Phishing und Malware > Gateway für eingehende E-Mails. Die MX-Einträge Ihrer Domains müssen zuvor das Relay nennen.',
  zimbraUser: 'Auf jedem MTA als Benutzer zimbra ausführen:',
};
