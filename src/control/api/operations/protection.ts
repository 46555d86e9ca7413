// Operations about protection, in the order of the documentation.

import { addSender } from './protection/add-sender.ts';
import { adoptRuleSet } from './protection/adopt-rule-set.ts';
import { changeProtection } from './protection/change-protection.ts';
import { changeRule } from './protection/change-rule.ts';
import { checkRule } from './protection/check-rule.ts';
import { createRule } from './protection/create-rule.ts';
import { getFloods } from './protection/get-floods.ts';
import { getProtection } from './protection/get-protection.ts';
import { listRuleSets } from './protection/list-rule-sets.ts';
import { listRules } from './protection/list-rules.ts';
import { listScanners } from './protection/list-scanners.ts';
import { listSenders } from './protection/list-senders.ts';
import { removeRule } from './protection/remove-rule.ts';
import { removeSender } from './protection/remove-sender.ts';
import { showRule } from './protection/show-rule.ts';
import { testRules } from './protection/test-rules.ts';

export const protectionOperations = [
  getProtection,
  changeProtection,
  listRules,
  createRule,
  checkRule,
  testRules,
  showRule,
  changeRule,
  removeRule,
  listRuleSets,
  adoptRuleSet,
  listSenders,
  addSender,
  removeSender,
  listScanners,
  getFloods,
];
