// Operations of access: signing in, the own account, users, API keys; in the order of the documentation.

import { addPasskey } from './access/add-passkey.ts';
import { askForReset } from './access/ask-for-reset.ts';
import { askPasskeyRegistration } from './access/ask-passkey-registration.ts';
import { askPasskeySignIn } from './access/ask-passkey-sign-in.ts';
import { askPasskeyStepUp } from './access/ask-passkey-step-up.ts';
import { beginTotp } from './access/begin-totp.ts';
import { changePassword } from './access/change-password.ts';
import { changeProfile } from './access/change-profile.ts';
import { changeUser } from './access/change-user.ts';
import { confirmTotp } from './access/confirm-totp.ts';
import { endOtherSessions } from './access/end-other-sessions.ts';
import { endOwnSession } from './access/end-own-session.ts';
import { endUserSessions } from './access/end-user-sessions.ts';
import { getSession } from './access/get-session.ts';
import { getSignIn } from './access/get-sign-in.ts';
import { giveSecondFactor } from './access/give-second-factor.ts';
import { inviteUser } from './access/invite-user.ts';
import { listKeys } from './access/list-keys.ts';
import { listOwnSessions } from './access/list-own-sessions.ts';
import { listOwnSignIns } from './access/list-own-sign-ins.ts';
import { listRoles } from './access/list-roles.ts';
import { listSecondFactors } from './access/list-second-factors.ts';
import { listUserSessions } from './access/list-user-sessions.ts';
import { listUsers } from './access/list-users.ts';
import { lookAtInvitation } from './access/look-at-invitation.ts';
import { makeFirstLink } from './access/make-first-link.ts';
import { makeKey } from './access/make-key.ts';
import { redeemInvitation } from './access/redeem-invitation.ts';
import { redeemReset } from './access/redeem-reset.ts';
import { removePasskey } from './access/remove-passkey.ts';
import { removeSecondFactors } from './access/remove-second-factors.ts';
import { removeTotp } from './access/remove-totp.ts';
import { removeUser } from './access/remove-user.ts';
import { renamePasskey } from './access/rename-passkey.ts';
import { renewInvitation } from './access/renew-invitation.ts';
import { renewRecoveryCodes } from './access/renew-recovery-codes.ts';
import { revokeKey } from './access/revoke-key.ts';
import { showKey } from './access/show-key.ts';
import { showUser } from './access/show-user.ts';
import { signIn } from './access/sign-in.ts';
import { signInWithPasskey } from './access/sign-in-with-passkey.ts';
import { signOut } from './access/sign-out.ts';
import { stepUp } from './access/step-up.ts';

export const accessOperations = [
  getSignIn,
  signIn,
  giveSecondFactor,
  askPasskeySignIn,
  signInWithPasskey,
  getSession,
  signOut,
  askPasskeyStepUp,
  stepUp,
  listOwnSessions,
  endOwnSession,
  endOtherSessions,
  changeProfile,
  changePassword,
  listSecondFactors,
  beginTotp,
  confirmTotp,
  removeTotp,
  askPasskeyRegistration,
  addPasskey,
  renamePasskey,
  removePasskey,
  renewRecoveryCodes,
  listOwnSignIns,
  lookAtInvitation,
  redeemInvitation,
  askForReset,
  redeemReset,
  listRoles,
  listUsers,
  inviteUser,
  showUser,
  changeUser,
  removeUser,
  renewInvitation,
  removeSecondFactors,
  listUserSessions,
  endUserSessions,
  makeFirstLink,
  listKeys,
  makeKey,
  showKey,
  revokeKey,
];
