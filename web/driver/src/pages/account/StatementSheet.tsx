import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';
import { FormSheet } from '../../parts/FormSheet';
import { tellNotice } from '../../parts/notices';
import { Segmented } from '../../parts/Segmented';
import { putStatement, statementQuery } from '../../queries/documents';

type Plan = Awaited<ReturnType<typeof putStatement>>;

function StatementForm({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isActive, setActive] = useState(plan.is_active);
  const [name, setName] = useState(plan.buyer.name);
  const [email, setEmail] = useState(plan.email);
  const save = useMutation({
    mutationFn: () =>
      putStatement({ is_active: isActive, buyer: { ...plan.buyer, name }, email, language: plan.language }),
    onSuccess: (saved) => {
      client.setQueryData(statementQuery.queryKey, saved);
      tellNotice(t('account.saved'));
      onClose();
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('statement.title')}
      action={t('action.save')}
      mutation={save}
      testId="statement-sheet"
    >
      <p>{t('statement.about')}</p>
      <Segmented
        legend={t('statement.write')}
        value={isActive ? 'on' : 'off'}
        segments={[
          { value: 'off', label: t('statement.off'), testId: 'statement-off' },
          { value: 'on', label: t('statement.on'), testId: 'statement-on' },
        ]}
        onChange={(value) => setActive(value === 'on')}
      />
      {isActive && (
        <>
          <Field
            label={t('statement.name')}
            name="name"
            value={name}
            onChange={setName}
            autoComplete="name"
            maxLength={100}
            required
            testId="statement-name"
          />
          <Field
            label={t('statement.email')}
            name="email"
            type="email"
            value={email}
            onChange={setEmail}
            autoComplete="email"
            maxLength={254}
            testId="statement-email"
          />
        </>
      )}
    </FormSheet>
  );
}

/** Whether one gets a statement each month, and where it is mailed. */
export function StatementSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { data: plan } = useQuery({ ...statementQuery, enabled: isOpen });
  return isOpen && plan ? <StatementForm plan={plan} onClose={onClose} /> : null;
}
