// Operations about our sending addresses, in the order of the documentation.

import { addPoolAddress } from './pools/add-pool-address.ts';
import { changePool } from './pools/change-pool.ts';
import { changePoolAddress } from './pools/change-pool-address.ts';
import { checkPool } from './pools/check-pool.ts';
import { createPool } from './pools/create-pool.ts';
import { getPoolUsage } from './pools/get-pool-usage.ts';
import { getSpf } from './pools/get-spf.ts';
import { listPools } from './pools/list-pools.ts';
import { removePool } from './pools/remove-pool.ts';
import { removePoolAddress } from './pools/remove-pool-address.ts';
import { setAddressState } from './pools/set-address-state.ts';
import { showPool } from './pools/show-pool.ts';

export const poolOperations = [
  listPools,
  showPool,
  getPoolUsage,
  createPool,
  changePool,
  removePool,
  addPoolAddress,
  changePoolAddress,
  removePoolAddress,
  setAddressState,
  checkPool,
  getSpf,
];
