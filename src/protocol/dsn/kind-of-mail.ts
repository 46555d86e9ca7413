// Signs by which a mail without a part for machines is known as a bounce, as news of a delay, or as an answer by a
// machine. Many languages; none of it is written down in a standard but RFC 3834.

import { firstText, type HeaderSection } from '../mime/header.ts';

const DAEMON =
  /mailer-?daemon|mail-?daemon|post[-_ ]?master|mail delivery (?:sub)?system|mail deliver system|delivery (?:sub)?system|mail administrator|mail system/i;

const FAILURE_SUBJECT =
  /undeliver|non[- ]?remis|returned (?:mail|to sender|message)|return(?:ed)? mail|mail (?:could not be|delivery|system error|failure)|failure notice|failure delivery|failed delivery|delivery (?:status|fail|error|report|problem|notification|has failed)|message delivery|delivery unsuccessful|not (?:be )?delivered|could not (?:be deliver|deliver)|error sending your mail|unzustellbar|nicht zugestellt|zustellung|fehlgeschlagen|non distribu|echec|échec|non recapitat|mancato recapito|devuelt|no entregad|no se puede entregar|rechazad|entregue|niet bezorgd|onbestelbaar|nie dostarczono|zwrot|nedoručiteln|недостав|не доставлено|возвра|投递|退信|退回|配信|送信|不達|エラーメール|配送|undelivered|rejected|bounce|user unknown|mail rejected|loop alert|problem delivering/i;

const FAILURE_TEXT =
  /(?:could|can|was|were|has|have|did|do|is)(?: ?not|n't|nt)(?: been| be)? (?:deliver|reach|accept|process)|undeliverable|unable to deliver|delivery (?:has )?(?:failed|failure|of (?:this|your) message)|failed to deliver|permanent(?:ly)? (?:fatal )?(?:error|fail)|following (?:address|recipient|message|addresses|recipients)[^\n]{0,60}(?:fail|reject|error|not)|delivery to the following|returned (?:to sender|message|mail)|user unknown|over quota|mailbox (?:is )?full|message (?:was )?(?:rejected|bounced|blocked)|error(?:s)? (?:occurred |was |were )?(?:while|when|delivering|sending)|delivery attempt|was an error delivering|nicht zugestellt|konnte nicht|n'a pas pu|no se (?:pudo|ha podido)|non è stato possibile|не может быть доставлено|duplicated message-id|does not exist|mailbox unavailable|\b55\d[ -]/i;

/** A null reverse path or a daemon as author, and a subject or words about a failure. */
export function looksLikeBounce(header: HeaderSection, subject: string, text: string): boolean {
  const from = (firstText(header, 'from') ?? '').slice(0, 500);
  const path = firstText(header, 'return-path')?.trim();
  const daemon = DAEMON.test(from) || DAEMON.test(path ?? '') || path === '<>';
  const words = text.slice(0, 8000);
  const spoken = FAILURE_TEXT.test(words);
  if (isAutoReply(header, subject) && !DAEMON.test(from)) return false;
  if (FAILURE_SUBJECT.test(subject)) return daemon || spoken;
  return daemon && spoken;
}

const DELAY_SUBJECT =
  /delay|warning|still (?:trying|being)|verz.{1,2}ger|retard|temporarily|ritardo|задерж|延迟|遅延|not yet/i;
const DELAY_TEXT =
  /this is (?:only )?a warning|warning message only|will be retried|(?:has|is) (?:been )?delayed|not yet been delivered|delivery attempts will continue|will keep trying|will continue to (?:try|be attempted)|temporary failure report|wird weiterhin versucht/i;
const ENDED = /permanent|giving up|given up|gave up|has been removed|will not be retried|final/i;

/** News of a delay, after which more attempts follow. */
export function looksLikeDelay(subject: string, text: string): boolean {
  const words = text.slice(0, 8000);
  if (DELAY_TEXT.test(words)) return true;
  return DELAY_SUBJECT.test(subject) && !ENDED.test(words);
}

const AUTO_SUBJECT =
  /^(?:re:\s*)?(?:auto(?:matic|matische|matisch)?[- :_]?(?:reply|response|respuesta|antwort)|automatic(?:ally)? (?:reply|generated)|auto(?:mated)? (?:reply|response)|out of (?:the )?office|vacation|abwesend|abwesenheit|automatische antwort|r.ponse automatique|absence|absent|respuesta autom.tica|risposta automatica|resposta autom.tica|away from|on (?:vacation|holiday|leave)|自動応答|自动回复|автоответ|fuori sede|fuera de)/i;

/** RFC 3834 5, and what programs said before it. */
export function isAutoReply(header: HeaderSection, subject: string): boolean {
  const submitted = firstText(header, 'auto-submitted')?.toLowerCase() ?? 'no';
  if (submitted.startsWith('auto-replied') || submitted.startsWith('auto-notified')) return true;
  if (['x-autoreply', 'x-autorespond', 'x-autoresponse', 'x-auto-reply'].some((name) => named(header, name)))
    return true;
  if (/auto[_-]?reply/i.test(firstText(header, 'precedence') ?? '')) return true;
  return AUTO_SUBJECT.test(subject.trim().slice(0, 200));
}

function named(header: HeaderSection, name: string): boolean {
  const text = firstText(header, name);
  return text !== undefined && !/^no$/i.test(text);
}
