import type { Schemas } from '@busbar/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';
import { FormSheet } from '../../parts/FormSheet';
import { tellNotice } from '../../parts/notices';
import { meQuery, updateMe } from '../../queries/me';

interface NameSheetProps {
  onClose: () => void;
  me: Schemas['DriverProfile'];
}

export function NameSheet({ onClose, me }: NameSheetProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(me.display_name);
  const save = useMutation({
    mutationFn: () => updateMe({ display_name: name }),
    onSuccess: (changed) => {
      client.setQueryData(meQuery.queryKey, changed);
      tellNotice(t('account.saved'));
      onClose();
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('account.name')}
      action={t('action.save')}
      mutation={save}
      testId="name-sheet"
    >
      <Field
        label={t('signIn.name')}
        name="name"
        value={name}
        onChange={setName}
        autoComplete="name"
        maxLength={120}
        required
        testId="new-name"
      />
    </FormSheet>
  );
}
