// What servers say when they refuse mail, and what it means: written after the standards, what large receivers publish
// about their replies, and the usual words of mail servers in several languages. The first row that fits counts, so what
// is more certain stands first: "blocked, see spamhaus" is about reputation even where "user" is in the same text.

import type { BounceClassName, Responsible } from './bounce-class.ts';

export interface BounceRule {
  class: BounceClassName;
  /** Where it is not the one who is responsible for the class as a rule. */
  responsible?: Responsible;
  /** The address will not come back: what may suppress it. */
  gone?: true;
  /** About a name in DNS: what is not found for now may be found later. */
  dns?: true;
  /** It passes by itself, even where the reply said 5yz. */
  passes?: true;
  /** As `phraseTable` reads them. */
  phrases: readonly string[];
}

/** Who can do something about a class, where the rule does not say it. */
export const USUALLY_RESPONSIBLE = {
  invalid_address: 'recipient',
  mailbox_unavailable: 'recipient',
  content: 'customer',
  reputation: 'easymail',
  volume: 'easymail',
  technical: 'remote',
  authentication: 'customer',
  policy: 'remote',
  unclassified: 'remote',
} as const satisfies Record<BounceClassName, Responsible>;

/** Phrases of a list with commas between them. */
export function phrases(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Certain whatever the codes say. */
export const CERTAIN_RULES: readonly BounceRule[] = [
  {
    class: 'policy',
    responsible: 'customer',
    phrases: phrases(`
      accept mail from, accept mails from, accept email from, accept messages from, accepting mail from,
      duplicate header, duplicate headers, multiple * header, not rfc compliant, rfc compliant, rfc 5322 compliant,
      content presents a potential, for policy reasons, purported responsible address, potential security issue
    `),
  },
  {
    class: 'content',
    phrases: phrases(`
      likely unsolicited, likely spam, likely to be spam, infected, present in the spamhaus dbl, domain present, headers too large, header too large, header size, mcspam signature, mcspam~
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      groups google com, permission to post, permission to send, not have permission, permisos necesarios,
      erforderlichen berechtigungen, nemate opravneni, autorise a lui envoyer, autorisation * publier,
      autorizzazion~ * pubblicare, permissao para, toestemming om, uprawnien do, behorighet att, tilladelse til,
      tillatelse til, jogosultsag~, oikeutta, dozvolu za, izin~ * gonder~, permisiunea, opravnenie, leisti,
      permission to access, ucin permis
    `),
  },
  {
    class: 'invalid_address',
    phrases: phrases(`
      null mx, nullmx, account or domain may not exist, unexpected name server reply, record indicated no smtp service, doesnt receive email, does not accept mail, does not accept email,
      does not accept any mail, does not accept any email, doesnt accept mail, doesnt accept email, accepts no mail, never accepts mail, domain * does not accept mail
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      smtp authentication, authentication required, authentication is required, authentication failed, authentication failure, authentication error,
      authentication credentials, must authenticate, must be authenticated, auth required, requires authentication, smtp auth,
      authenticate first, login first, pop before smtp, relay * authent~, credentials invalid, invalid credentials,
      bad credentials, encryption required, must issue * starttls, requires * encryption
    `),
  },
  {
    class: 'technical',
    phrases: phrases(`
      host name lookup failure, temporary lookup, not found try again, too many hops, hop count exceeded, mail loop, couldnt create, no such file, pipe to
    `),
  },
  {
    class: 'content',
    phrases: phrases(`
      spam pattern, spam contents, url in this, virus * detected, virus found, contains a virus, infected with, is infected, infected by, virus infected,
      malware, message contains virus, carries a virus, contained a virus, trojan, virus rejected, viren gefunden,
      virus gefunden, contient un virus, contiene * virus, phishing, dangerous attachment, executable attachment,
      attachment * not * allowed, banned attachment, forbidden attachment, illegal attachment, prohibited attachment,
      attachment type, suspicious file, blocked * attachment, attachment * blocked, file extension,
      potentially harmful, harmful content, blacklisted url, url * blacklist~, url * block~, listed url, uribl,
      surbl, dbl spamhaus, blacklisted link, url in message, domain in message body, link * blacklist~, virustotal
    `),
  },
  {
    class: 'authentication',
    responsible: 'easymail',
    phrases: phrases(`
      mismatches client ip, cannot resolve your, could not resolve your, unable to resolve your, lookup your, no matches to nameserver query,
      unresolvable relay host, hostname lookup, host name lookup failed, ip address lookup, no valid hostname, unknown host name,
      find your hostname, find your host, resolve your domain, dns of your, reverse dns, r dns, rdns, ptr record, ptr records, no ptr, ptr entry, ptr lookup, fcrdns, reverse lookup,
      reverse hostname, reverse host name, cannot find your reverse, dns ptr, cannot find your hostname,
      cannot resolve your hostname, client host name lookup, cannot resolve ptr, unable to resolve your ip,
      no reverse, missing reverse, reverse mapping, reverse entry, ip address * not have * hostname,
      ip name lookup failed, generic hostname, dynamic hostname, name service error for * in addr arpa, inverse dns,
      forward confirmed, reverse record, ip name forgery, ip name possibly forged, fix reverse,
      all hosts must have * reverse, dnsptr, your host name * not resolve, helo command rejected * host not found,
      bad dns, invalid rdns
    `),
  },
  {
    class: 'authentication',
    phrases: phrases(`
      spf, dkim, dmarc, openspf, senderid, sender policy framework, domainkeys, sender id,
      not authorized to send * on behalf, not permitted to send * from, email authentication, is unauthenticated,
      unauthenticated email, unauthenticated mail, unauthenticated sender, sender is not authenticated,
      not pass authentication, fails authentication, failed authentication, authentication check~,
      sender authentication, authentication requirements, sender verification fail~, spoof~, forged sender,
      sender forged, forgery, possibly forged, designated mailers, is not allowed to send mail for,
      not allowed to send mail from, bulk sender * authentic~, must authenticate with, passing authentication,
      not designate~ * permitted sender, arc seal, signature verification failed, no valid signature,
      mail from * not authorised by
    `),
  },
  {
    class: 'mailbox_unavailable',
    passes: true,
    phrases: phrases(`
      over quota, overquota, overthequota, quota exceed~, exceed~ * quota, quota full, out of quota,
      quota * exceeded, mailbox full, mailboxfull, mailbox * full, full mailbox, inbox * full, mail box full,
      mailfolder is full, mailbox is stuffed, maildir over, user quota, disk quota, exceed~ storage, out of storage,
      storage quota, mailbox * over * limit, mailbox * exceed~, mailbox size limit, exceeded * mailbox,
      account is full, account full, no space * mailbox, storage * is full, insufficient mailbox, not enough space,
      not enough storage, lacks storage, too much mail data, too many messages * mailbox, quota violation,
      quota limit, quota is full, overdrawn * quota, used up * disk space, mailbox has exceeded, allotted space,
      reached quota, quotaexceeded, storeoutofstorage, max * folder * size, user is over the quota, mailbox size,
      maximum * mailbox, maximum * storage, mailbox is too large, mailbox limit, boite * pleine, postfach * voll,
      postfach * uberfullt, speicherplatz * erschopft, quota depasse, quota ueberschritten, boite * saturee,
      boite * remplie, quota * atteint, espace * insuffisant, buzon * lleno, buzon * excedid~, casilla * llena,
      cuota * excedida, casella * piena, casella * esaurito, spazio * esaurito, caixa * cheia, caixa * lotada,
      cota * excedida, mailbox * vol, postvak * vol, skrzynka * pelna, skrzynka * przepelniona, schranka * plna,
      posta kutusu * dolu, kvota * prekrocena, postkasse~ * full, receiving * not have enough * quota,
      limite * cuota, hat * speicherplatz uberschritten, mailbox uberfullt, kontingent * uberschritten,
      quota * uberschritten, quota superata, oltre * quota, brevlada * full
    `),
  },
  {
    class: 'volume',
    passes: true,
    phrases: phrases(`
      threshold exceeded, thread limit, rp cel, rp rcl, hl cel, receiving rate, rate limit, rate limited, ratelimit, ratelimited, rate limiting, sending rate, message rate,
      too many connections, too many concurrent, too many simultaneous, too many sessions, too many smtp,
      connection limit, connection rate, connections * exceeded, concurrent connections, concurrency limit,
      maximum * connections, max * connections, number of connections, simultaneous connections, too much mail,
      too many messages, too many mails, too many emails, too many requests, too fast, too frequent~, too quickly,
      too many recipients, too many rcpt~, mail flood, flooding, throttl~, slow down, unusual rate, excessive rate,
      excessive volume, excessive number, message quota, hourly limit, hourly quota, daily limit, daily quota,
      per hour, per minute, sending limit, sending quota, send limit, exceeded * messages,
      exceeded the maximum number of messages, volume limit, limit for * recipients, messages per connection,
      mails per * connection, receiving mail at a rate, receiving mail too quickly, receiving limit, receivingrate,
      frequency limit~, connection frequency, frequency, mailbox unavailable due to rate,
      too many errors, too many bad commands, too many invalid, exceeded * rate,
      rate exceeded, zu viele verbindungen, zu viele nachrichten, trop de connexions, trop de messages,
      demasiad~ conexiones, demasiados mensajes, troppe connessioni, trop de destinataires, too busy * your * ip,
      resources restricted, system policy throttl~
    `),
  },
  {
    class: 'reputation',
    phrases: phrases(`
      cmsmtp, banned sender, connections will not be accepted, bounce attacks, message from * temporarily deferred,
      hl rep, ivm, cbl, abuseat, blocklisting, spamhaus, spamcop, barracudacentral, sorbs, dnsbl~, rbl, dnswl, uceprotect, psbl, abusix, senderbase,
      senderscore, cloudmark, ipbl, block list, blocklist, blocklisted, block listed, blacklist, blacklists,
      blacklisted, black list, black listed, blacklisting, denylist, blocked list, bl spamcop, invaluement,
      mailspike, truncate gbudb, spamrats, csi cloudmark, proofpoint * pdr, reputation, ip * blocked, blocked ip,
      ip address * block~, client host * blocked, host * blocked, blocked your ip, your ip * block~,
      your ip * listed, ip * listed, ip is blocked, network * blocked, network is on our, blocked by us,
      banned sending ip, banned ip, ip * banned, ip * denied, ip is banned, ip * rejected, address * is listed,
      sending server * blocked, sending mta, mta * poor, poor sender, server * blacklisted, mail server * blocked,
      blocked using, is listed in, refused to talk to me, smtp server of your isp, use your isp, ofr999, use your provider, relay of your isp,
      dynamic ip, dynamic address, dialup, dial up, residential, dynamically assigned, consumer ip,
      unsolicited mail originating from your ip, spam from your ip, spam * from * ip, spam source, spam sender,
      known spam, spammer, spammers, untrusted ip, bad sender, sender * blacklisted, suspicious ip,
      not accepting mail from your, refused * your * ip, connections * from your ip,       connection refused * abuse, abusive, abuse * from your, complaints * ip, user complaints, dnsblock,
      unfortunately messages from, messages from * temporarily deferred, tss04, tss05, tss09, tss11, ts01, ts02,
      ts03, s3140, s3150, banned * ip, ehlo * blocked, helo * blocked, bad helo, open relay, open proxy,
      host * on * list, connect * blocked, mail from * ip * refused, zombie, botnet, exploit~, access denied * ip,
      gesperrt * ip, ip * gesperrt, ip adresse * gesperrt, liste noire, lista negra, lista nera, schwarze liste,
      client host rejected, host rejected * access denied, connection rejected, reject * ip, refused connection from,
      we do unacceptable * ip, domain * blacklist~, blocked domain, sender domain * block~
    `),
  },
  {
    class: 'policy',
    responsible: 'customer',
    phrases: phrases(`
      message too large, message too big, too large, too big, message size exceed~, size exceed~, size limit,
      exceed~ * size, exceed~ maximum size, message length exceed~, message exceed~, oversize~, file too big,
      maximum message size, fixed maximum, nachricht * zu gross, zu grosse nachricht, message trop volumineux,
      trop volumineux, demasiado grande, troppo grande, muito grande, te groot, exceeds administrative limit,
      sizelimit~, maximale grosse, taille * depasse, supera * tamano
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      allowed to relay, relay denied, relaying denied, relay access denied, relay not permitted, relaying not permitted,
      relaying not allowed, relay not allowed, no relaying, not relay, unable to relay, relaying is,
      relaying prohibited, relaying is prohibited, relay is denied, mail relay, relaying blocked, not a gateway,
      insecure mail relay, will not relay, we do not relay, relay prohibited, cannot relay, rcpthosts,
      this system is not configured to relay, relayverbot, relais * refuse, relay rejected, relay operation rejected,
      relay is not allowed, is not permitted to relay, not permitted to relay
    `),
  },
  {
    class: 'content',
    phrases: phrases(`
      junkmail, spam message, spam messages, spam content, spam detected, spam email, spam mail, is spam, as spam,
      looks like spam, appears to be spam, seems to be spam, like spam, considered spam, spam score, classified as,
      probability of spam, spam filter, spam filtering, antispam, anti spam, spamassassin, spam policy, spam reject~,
      rejected * spam, spam * rejected, reject spam, spam level, scored as, unsolicited, bulk mail, bulk email,
      junk mail, junk email, is junk, ube, uce, suspected spam, content rejected, content reject, content filter,
      content filtering, content policy, message content, content blocked, content denied, content refused,
      bad content, spam * detected, spamdetected, message rejected * content, content * not acceptable,
      rejected due to content, blocked for spam, marked as spam, identified as, spam and, spam like, spammy,
      spam tag, suspected as, rspamd, blocked * spam, spam * blocked, no spam, body * rejected, rejected by content,
      offensive, message * unwanted, prohibited content, objectionable, als spam, spam erkannt, spamverdacht,
      pourriel, comme spam, contenu * refuse, mail rejete, message rejete, ofr506, correo no deseado, es spam,
      come spam, posta indesiderata, como spam, refused by antispam, message looks, suspicious message, hcpolicy,
      unsolicitedmessageerror, message filtered, fingerprint, header * not acceptable, subject * not accept~,
      rejected * subject, message refused * spam, message was blocked, spam refused, spam~
    `),
  },
  {
    class: 'policy',
    responsible: 'customer',
    phrases: phrases(`
      from domain is invalid, provide a valid from, valid from, sender * has no, sender has no, sender address rejected, sender rejected, sender denied, sender refused, bad sender address, sender blocked,
      sender * not allowed, sender domain * not, sender domain, sender address * not exist, domain of sender,
      sender not, invalid sender, sender invalid, your mail address, your address * reject~, mail from * reject~,
      mail from address, from address * not, return path, envelope from, envelope sender, sender verify failed,
      sender verification, unable to verify sender, cannot verify sender, sender could not be verified,
      not accept mail from, do not accept mails from,
      access denied * sender, backscatter, bounce message, null sender, empty envelope, sender is invalid,
      absender * abgelehnt, absender * ungultig, absender * nicht, expediteur * refuse, remitente * rechazado,
      mittente * rifiutato, domain * sender address, the sender * not, we do not accept, refuse all mails
    `),
  },
];
