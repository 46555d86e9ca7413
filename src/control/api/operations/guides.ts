// Operations about the settings of customers' own servers.

import { listGuides } from './guides/list-guides.ts';
import { listOwnGuides } from './guides/list-own-guides.ts';
import { showGuide } from './guides/show-guide.ts';
import { showOwnGuide } from './guides/show-own-guide.ts';

export const guideOperations = [listGuides, showGuide, listOwnGuides, showOwnGuide];
