// Words in scripts other than the Latin: Cyrillic, Japanese, Chinese, Korean, Arabic, Hebrew, Greek, Thai, Hindi.

import { type BounceRule, phrases } from './bounce-rules.ts';

/** For texts that are not in Latin letters: searched for as they stand, in this order. */
export const OTHER_SCRIPTS: readonly BounceRule[] = [
  {
    class: 'mailbox_unavailable',
    passes: true,
    phrases: phrases(`
      переполнен, превышен, квот, 容量, いっぱい, 一杯, 満杯, クォータ, 已满, 已滿, 邮箱满, 空间不足, 空間不足, 용량, 가득, ممتلئ, מלאה, γεμάτ, เต็ม
    `),
  },
  {
    class: 'content',
    phrases: phrases(`
      спам, вирус, スパム, 迷惑メール, ウイルス, ウィルス, 垃圾, 病毒, 스팸, 바이러스, בספאם
    `),
  },
  {
    class: 'mailbox_unavailable',
    phrases: phrases(`
      заблокирован, отключен, неактив, 停止, 無効, 受信拒否, フィルタ, 停用, 冻结, 凍結, 禁用, 정지, 휴면
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      дописи, разрешени, 権限, 許可, 权限, 權限, 張貼, अनुमति, إذنًا, الأذون, הרשאה, สิทธิ์, 권한, δικαίωμα, άδεια
    `),
  },
  {
    class: 'invalid_address',
    gone: true,
    phrases: phrases(`
      не существует, не найден, неизвестн, нет такого, не існує, 存在しま, 存在しない, 見つかりま, 見つからない, 不明, あて先, 不存在, 找不到, 无效,
      無此, 查无, 未找到, 존재하지, 없는, 찾을 수 없, غير موجود, לא קיים, δεν υπάρχει, ไม่พบ
    `),
  },
  {
    class: 'volume',
    passes: true,
    phrases: phrases(`
      слишком много, 過多, 频率, 频繁, 頻率, 頻繁, 超过限制, 너무 많
    `),
  },
  {
    class: 'reputation',
    phrases: phrases(`
      черн, ブラックリスト, 黑名单, 黑名單, 블랙리스트, блокировка ip
    `),
  },
  {
    class: 'technical',
    phrases: phrases(`
      タイムアウト, 接続, 超时, 连接, таймаут, истек, соединени, 시간 초과, 연결
    `),
  },
  {
    class: 'policy',
    phrases: phrases(`
      отклонен, 拒否, 拒绝, 拒絕, 거부, مرفوض, נדחתה
    `),
  },
];
