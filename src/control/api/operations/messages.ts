// Operations on messages besides the trace itself, in the order of the documentation.

import type { ApiContext, ApiServer } from '../context.ts';
import { createExport, getExportFile, listExports, removeExport, showExport } from './messages/exports.ts';
import { listSearches, removeSearch, saveSearch } from './messages/saved-searches.ts';
import { searchRecipients } from './messages/search-recipients.ts';
import { listShares, openShare, revokeShare, shareMessage } from './messages/shares.ts';

export const messageOperations: readonly ((api: ApiServer, context: ApiContext) => void)[] = [
  searchRecipients,
  shareMessage,
  listShares,
  revokeShare,
  openShare,
  createExport,
  listExports,
  showExport,
  getExportFile,
  removeExport,
  listSearches,
  saveSearch,
  removeSearch,
];
