import { BankOutlined } from '@ant-design/icons';
import { describeProblem } from '@busbar/kit';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/useProblemText';
import { entryWays } from '../../queries/entry';
import { goToProvider } from '../../queries/identity';
import { keepNext } from './next';

interface ProviderEntryProps {
  /** The slug of the operator in the address. */
  operator: string | undefined;
  next: string | undefined;
}

/** The way in over the provider of one's company: by a button, or found by one's address. */
export function ProviderEntry({ operator, next }: ProviderEntryProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data: ways } = useQuery(entryWays(operator));
  const [isAsked, setAsked] = useState(false);
  const leave = useMutation({ mutationFn: goToProvider, onMutate: () => keepNext(next) });
  if (!ways || (!ways.provider && !ways.has_providers)) return null;
  const isUnknown = leave.isError && describeProblem(leave.error).code === 'not_found.identity_provider';
  return (
    <div className="bc-door-provider">
      <p className="bc-door-or">{t('signIn.or')}</p>
      {leave.isError && (
        <Alert
          type="error"
          showIcon
          title={isUnknown ? t('signIn.noProvider') : problemText(leave.error)}
          data-testid="provider-entry-problem"
        />
      )}
      {ways.provider && (
        <Button
          size="large"
          block
          icon={<BankOutlined />}
          loading={leave.isPending && !isAsked}
          data-testid="sign-in-provider"
          onClick={() => leave.mutate(operator ? { operator } : {})}
        >
          {t('signIn.with', { name: ways.provider })}
        </Button>
      )}
      {!ways.provider && !isAsked && (
        <Button size="large" block icon={<BankOutlined />} data-testid="sign-in-company" onClick={() => setAsked(true)}>
          {t('signIn.company')}
        </Button>
      )}
      {isAsked && (
        <Form
          layout="vertical"
          requiredMark={false}
          onFinish={({ email }: { email: string }) => leave.mutate({ email })}
          style={{ marginTop: 12 }}
        >
          <Form.Item
            name="email"
            label={t('signIn.workEmail')}
            rules={[{ required: true, type: 'email', message: t('form.email') }]}
          >
            <Input type="email" size="large" autoComplete="username" autoFocus data-testid="company-email" />
          </Form.Item>
          <Button size="large" block htmlType="submit" loading={leave.isPending} data-testid="company-go">
            {t('signIn.goOn')}
          </Button>
        </Form>
      )}
    </div>
  );
}
