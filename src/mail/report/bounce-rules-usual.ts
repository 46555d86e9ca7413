// What words usually mean, where no code of the reply says otherwise by its own nature; in the order of `bounce-rules.ts`.

import { type BounceRule, phrases } from './bounce-rules.ts';

/** Looked for after `CERTAIN_RULES`; the first that fits counts. */
export const USUAL_RULES: readonly BounceRule[] = [
  {
    class: 'mailbox_unavailable',
    gone: true,
    phrases: phrases(`
      account * disabled, account * deactivated, account disabled, account * has been disabled, mailbox disabled,
      mailbox * disabled, user * disabled, disabled user, disabled account, disabled mailbox, recipient * disabled, account * terminated, account * closed,
      account * expired, mailbox * expired, account * deleted, mailbox * deleted, account * removed,
      no longer * active, no longer in use, no longer active, account * abandoned, mailbox * abandoned, account * discontinued, disabled or discontinued,
      konto * deaktiviert, postfach * deaktiviert, compte * desactive, compte * ferme, cuenta * desactivada,
      cuenta * deshabilitada, account * disattivat~, conta * desativada, account is not active, konto * geschlossen
    `),
  },
  {
    class: 'mailbox_unavailable',
    phrases: phrases(`
      account * inactive, inactive account, mailbox * inactive, user * inactive, inactive user, inactive mailbox,
      inactive recipient, account * suspended, mailbox * suspended, user * suspended, user suspended, suspended,
      account * locked, account locked, mailbox * locked, mailbox locked, mailbox * blocked, account * blocked,
      account * frozen, mailbox * frozen, mailbox is frozen, account * on hold, mailbox on hold, mailbox busy,
      account * not active, mailbox * not active, user is not active, recipient * inactive, is inactive,
      account * restricted, konto * gesperrt, postfach * gesperrt, compte * suspendu, compte * bloque,
      boite * desactivee, compte * inactif, boite * inactive, cuenta * suspendida, account * sospeso,
      conta * suspensa, not collected, temporarily disabled, mailbox temporarily, not accepting mail,
      not accepting messages, not currently accepting, mailbox is currently, recipient * filter~,
      rejected by recipient, user refused, recipient refused, recipient does not want, recipient * not accepting,
      user does not want, domain filter, user has blocked, blocked by recipient, blocked by user, personal filter,
      recipient s filter, mailbox is not available, restricted * recipient, recipients was rejected,
      recipients were rejected, user filter, refused to accept the mail, recipient preferences
    `),
  },
  {
    class: 'invalid_address',
    dns: true,
    phrases: phrases(`
      domain is not reachable, domain not reachable, host unknown, unknown host, domain not found, domain * not found, host not found, host * not found,
      domain does not exist, no such domain, no such host, unknown domain, bad domain, invalid domain,
      domain unknown, nxdomain, domain name not found, name or service not known, no mx, mx records,
      unable to resolve domain, illegal host, not a valid domain,       dns domain * does not exist, unrouteable mail domain, recipient domain,
      domain could not be found, domain * couldnt be found, domain * existiert nicht, domaine * existe pas,
      dominio * no existe, unresolvable, domain must resolve, badly formatted
    `),
  },
  {
    class: 'invalid_address',
    gone: true,
    phrases: phrases(`
      recip not found, user unknown, unknown user, userunknown, users unknown, user * unknown, unknown local,
      unknown mailbox, unknown recipient, recipient unknown, unknown recipients, unknown address, address unknown,
      account unknown, unknown account, unknown email, unknown or illegal, unknown virtual, unknown or invalid,
      mailbox unknown, no such user, no such mailbox, no such recipient, no such address, no such account,
      no such local, no such person, no such email, no such addressee, no such alias, no such name, no such id,
      no mailbox, no mail box, no valid recipient~, nosuchuser, user not found, user * not found, mailbox not found,
      mailbox * not found, recipient not found, recipient * not found, address not found, address * not found,
      account not found, account * not found, email * not found, alias * not found, name not found, recipnotfound,
      recipientnotfound, couldnt find, not found in directory, not our customer, does not exist, doesnt exist,
      doesnt have, does not have * account, dosnt exist, invalid recipient, invalid recipients, recipient invalid,
      invalid mailbox, invalid user, invalid email, invalid account, address invalid, mailbox invalid,
      invalid final delivery, bad destination, bad recipient, bad mailbox, illegal user, illegal alias,
      recipient name is not recognized, recipient address rejected access denied, not listed in, not in directory,
      no longer available, no longer valid, no longer exists, no longer accepts, no longer with, no longer works,
      no longer employed, has left, user moved, address no longer, not a mailbox, cannot find * user,
      not valid address, empfanger * unbekannt, unbekannter empfanger, empfanger~ * nicht gefunden,
      benutzer * unbekannt, benutzer * nicht, unbekannter benutzer, unbekannte adresse, adresse * existiert nicht,
      adresse * unbekannt, empfangeradresse * nicht, empfanger nicht, ungultige adresse, postfach * existiert,
      postfach * unbekannt, kein postfach, keine mailbox, adressat unbekannt, ungultiger empfanger,
      utilisateur inconnu, destinataire inconnu, adresse inconnue, adresse * inexistante, utilisateur * inconnu,
      adresse * existe pas, boite * inexistante, compte * inexistant, destinataire * inconnu,
      inconnu a cette adresse, adresse * invalide, destinataire invalide,
      adresse d au moins un destinataire invalide, daucun abonne, usuario desconocido, usuario * no existe,
      direccion * no existe, buzon * no existe, destinatario desconocido, destinatario * no encontrado,
      cuenta * no existe, direccion * invalida, destinatario * invalido, utente sconosciuto, utente * inesistente,
      destinatario sconosciuto, destinatario * inesistente, casella * inesistente, indirizzo * inesistente,
      indirizzo * non valido, usuario inexistente, usuario * nao, destinatario * nao, endereco * invalido,
      conta inexistente, gebruiker * onbekend, onbekende gebruiker, onbekend adres, adres onbekend,
      nieznany uzytkownik, uzytkownik * nieznany, neznamy uzivatel, neexistujici, uzivatel neexistuje,
      kullanici * bulunamadi, boyle bir kullanici, anvandaren finns inte, okand mottagare, ukjent mottaker,
      ukendt bruger, tuntematon, vastaanottajaa ei, ismeretlen, necunoscut, polzovatel ne, ne sushchestvuet,
      sonzai shimasen, sonzai shinai, mitsukarimasen, atesaki fumei, atesaki ga, user ga, meru adoresu ga
    `),
  },
  // Servers say these of other things too, or of a moment: the class is right as a rule, but nobody is suppressed for it.
  {
    class: 'invalid_address',
    phrases: phrases(`
      cannot deliver mail for, recipient is not allowed, mailbox name not allowed, no user, no account, no such,
      no recipient, could not be found, wasnt found, was not found, couldnt be found, not exist, not exists,
      do not exist, is not a valid, not a valid, isnt a valid, not a known, not known, not a user, not a local,
      invalid address, invalid local, is invalid, badly formed address, bad address, unrouteable, unroutable,
      unrouteable address, undeliverable address, address undeliverable, not recognized, not recognised,
      unrecognized, recipient address is not, recipient verify failed, recipient * denied, not listed, unlisted,
      ambiguous, has moved, has changed, moved permanently, moved to, adressbuch, not local, there is no, cant find,
      isnt in, not a member, must be a member, requested action not taken * mailbox, mail address is not,
      verification failed, recipient verification, unable to deliver * user, destination address, user doesnt,
      user does not, dont know, existiert nicht, nicht gefunden, nicht bekannt, nicht vorhanden, nexiste pas,
      existe pas, no existe, non esiste, nao existe, bestaat niet, nie istnieje, neexistuje, finns inte, finnes ikke,
      findes ikke, nem letezik, nu exista
    `),
  },
  {
    class: 'technical',
    phrases: phrases(`
      too many hops, hop count, mail loop, loops back, routing loop, loop detected, mail forwarding loop, loop,
      loop count, message is looping, endless loop, duplicated message id, too many received, schleife, timed out,
      timeout, time out, connection refused, connection reset, connection closed, connection lost, lost connection,
      connection failed, connection failure, connection error, connection dropped, broken pipe, no route to host,
      network is unreachable, network unreachable, network error, unreachable, socket error, could not connect,
      couldnt connect, cannot connect, failed to connect, unable to connect, unable to contact, server did not,
      no answer from, not responding, no response, host did not, conversation with, bad connection,
      accept our requests to connect, unable to establish, couldnt establish, connection could not,
      name service error, name server, nameserver, dns error, dns failure, dns lookup, dns query, dns problem,
      host or domain name not found, servfail, temporary lookup failure, name resolution,
      temporary local, temporary system, retry timeout, retry time, been in the queue too long,
      in the queue too long, queue too long, delivery time expired, delivery expired, message expired, expired,
      timed out while, could not be delivered for, cannot be delivered within, not been delivered for, attempts,
      given up, giving up, gave up, maximum retries, retry limit, retry later, wurde aufgegeben, undelivered for,
      too long in queue, delivery timeout, queue lifetime, could not send message for, internal error,
      internal server error, system error, server error, local error, configuration error, misconfigur~,
      server configuration, service unavailable, service not available, service currently unavailable, try again,
      try later, temporarily unavailable, temporarily deferred, resources temporarily, out of memory,
      insufficient resources, insufficient system, system resources, disk full, disk is full, insufficient disk,
      no space left, filesystem full, system storage, io error, server busy, server is busy, too busy, overload~,
      system busy, high load, load average, under maintenance, maintenance, shutting down, unexpected error,
      unknown error, mailer error, unknown mailer, command failed, pipe to, child process, returned error,
      error writing, cannot open, cant open, cannot create, cant create, error code, software caused, fatal error,
      exit status, process died, permission denied, command died, delivery error, local configuration,
      unable to open, delivery temporarily suspended, starttls, tls, ssl, handshake, certificate, ldap,
      protocol error, syntax error, command not recognized, unrecognized command, bad sequence, command unrecognized,
      command not implemented, unsupported command, not implemented, out of sequence, bad command, invalid command,
      greylist~, graylist~, grey listed, grey listing, postgrey, temporarily rejected, temporarily blocked,
      local problem, zeituberschreitung, verbindung * fehlgeschlagen, zeitlimit, delai * depasse,
      connexion * impossible, temporarily not, could not find a gateway, no appropriate host, undeliverable within,
      all relevant mx, all mx, no hosts, mail server * down, queue file write, unable to write, write error,
      queue expiration, timelimit, esmtp not supported, smtp protocol, data format error
    `),
  },
  {
    class: 'policy',
    responsible: 'customer',
    phrases: phrases(`
      rfc, rfc 5322, not rfc compliant, not compliant, missing * header, duplicate header, multiple from,
      header * missing, message id header, malformed, bare lf, bare line feed, bare cr, line too long,
      lines too long, non compliant, invalid header, header syntax, no from header, headers * invalid, mime error,
      8bit, nonascii, not rfc, missing from, missing date
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      policy, policies, policy violation, policy reasons, policy restriction~, local policy,
      administrative prohibition, administratively, administrative, administrator, not authorized, not authorised,
      unauthorized, not permitted, not allowed, prohibited, forbidden, access denied, permission to, permissions,
      restricted, restriction, denied, disallowed,             moderat~, members only, member, closed list, aup,
      rejected by * rule, transport rule, by rule, security reason~, security policy, pipelining, refused by,
      rejected by, richtlinie~, nicht erlaubt, nicht gestattet, zugriff verweigert, refuse, interdit, no permitido,
      acceso denegado, non autorizzato
    `),
  },
  {
    class: 'invalid_address',
    phrases: phrases(`
      mailbox unavailable, permanent failure for one or more recipients, recipient address rejected, recipient rejected, address rejected, not a registered, not registered, isnt registered
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      abgelehnt, verweigert, rechazado, rifiutato, rejected, blocked, rejeitado, geweigerd, odrzucona, odmitnuto
    `),
  },
];
