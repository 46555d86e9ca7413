import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useCall } from '../../../api/queries.ts';
import { Answered } from '../../../parts/states.tsx';
import { ChangePassword } from './change-password.tsx';
import { PasskeyPanel } from './passkey-panel.tsx';
import { RecoveryCodesDialog } from './recovery-codes.tsx';
import { RecoveryPanel } from './recovery-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';

/** Password, second factors, recovery codes. */
export function Security() {
  const factors = useCall('listSecondFactors', {});
  // Codes are in one answer, and nowhere else: they stay on the screen until they are kept.
  const [codes, setCodes] = useState<readonly string[]>();
  return (
    <Stack gap="md" maw={720}>
      <ChangePassword />
      <Answered query={factors} lines={6}>
        {({ totp, passkeys, recovery_codes }) => (
          <>
            <TotpPanel isOn={totp} showCodes={setCodes} />
            <PasskeyPanel passkeys={passkeys} showCodes={setCodes} />
            <RecoveryPanel left={recovery_codes} hasFactor={totp || passkeys.length > 0} showCodes={setCodes} />
          </>
        )}
      </Answered>
      {codes !== undefined && <RecoveryCodesDialog codes={codes} close={() => setCodes(undefined)} />}
    </Stack>
  );
}
