import { Button, Checkbox, Code, Group, Input, SimpleGrid, Stack, Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Permission, useSession } from '../../../session.ts';
import { nounOf, wordOf } from '../permission-word.ts';
import { useRoles } from '../users/role-names.ts';

interface ScopeChoiceProps {
  value: readonly Permission[];
  set: (scopes: readonly Permission[]) => void;
  /** The key is for the things of one customer: it can hold no more than a customer's side. */
  ofCustomer: boolean;
  error: ReactNode;
}

/** What a key may do, out of what its maker may, in groups by what it is about. */
export function ScopeChoice({ value, set, ofCustomer, error }: ScopeChoiceProps) {
  const { t } = useTranslation('access');
  const id = useId();
  const offered = useOffered(ofCustomer);
  const groups = Object.entries(Object.groupBy(offered, (one) => nounOf(one)));
  const toggle = (scope: Permission, is: boolean) =>
    set(offered.filter((one) => (one === scope ? is : value.includes(one))));
  return (
    <Stack gap="xs" role="group" aria-labelledby={id}>
      <Group justify="space-between" gap="xs" align="flex-end">
        <div>
          <Input.Label id={id} component="div">
            {t('keyForm.scopes')}
          </Input.Label>
          <Input.Description>{t('keyForm.scopesHint')}</Input.Description>
        </div>
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => set(offered.filter((one) => one.endsWith(':read')))}
          >
            {t('keyForm.reading')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => set([])}>
            {t('keyForm.nothing')}
          </Button>
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="sm">
        {groups.map(([noun, scopes]) => (
          <Stack key={noun} gap={6}>
            <Text size="xs" fw={600} c="dimmed">
              {t(`groups.${noun as ReturnType<typeof nounOf<Permission>>}`)}
            </Text>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                size="xs"
                label={t(`permissions.${wordOf(scope)}`)}
                description={<Code fz={11}>{scope}</Code>}
                checked={value.includes(scope)}
                onChange={(event) => toggle(scope, event.currentTarget.checked)}
              />
            ))}
          </Stack>
        ))}
      </SimpleGrid>
      {error !== undefined && <Input.Error role="alert">{error}</Input.Error>}
    </Stack>
  );
}

function useOffered(ofCustomer: boolean): readonly Permission[] {
  const { permissions, user } = useSession();
  const { data } = useRoles();
  if (!ofCustomer || user.customer !== undefined) return permissions;
  const most = data?.entries.find(({ role }) => role === 'customer_administrator')?.permissions ?? [];
  return permissions.filter((one) => most.includes(one));
}
