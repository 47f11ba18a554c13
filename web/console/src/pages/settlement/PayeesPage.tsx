import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { usePermits } from '../../queries/me';
import { useCurrency, usePayees } from '../../queries/settlement';
import { AgreementsPanel } from './AgreementsPanel';
import { PayeeDrawer } from './PayeeDrawer';
import { TermsDrawer } from './TermsDrawer';

const route = getRouteApi('/shell/payees');
type Payee = Schemas['Payee'];

/** Whom the revenue is shared with, and on what terms. */
export function PayeesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/payees' });
  const permits = usePermits();
  const currency = useCurrency();
  const list = usePayees(search);
  const [edited, setEdited] = useState<Payee | 'new' | null>(null);
  const [isSetting, setSetting] = useState(false);
  const mayManage = permits('manage_money');
  const columns: Columns<Payee> = [
    {
      title: t('settlement.payee'),
      key: 'name',
      render: (_, payee) => (
        <span className="bc-two-lines">
          <span>
            {payee.name} {!payee.is_active && <Tag>{t('settlement.inactive')}</Tag>}
          </span>
          <span>{t(`settlement.kinds.${payee.kind}`)}</span>
        </span>
      ),
    },
    {
      title: t('settlement.account'),
      key: 'account',
      render: (_, payee) =>
        payee.iban || payee.account ? (
          <span className="bc-code">{payee.iban || payee.account}</span>
        ) : (
          <Tag color="warning">{t('settlement.noAccount')}</Tag>
        ),
    },
    {
      title: t('settlement.tax'),
      key: 'tax',
      align: 'right',
      render: (_, { tax_permille: tax }) => (
        <span className="bc-number">{tax ? `${format.number(tax / 10, tax % 10 ? 1 : 0)} %` : '–'}</span>
      ),
    },
    {
      title: t('settlement.owed'),
      key: 'owed',
      align: 'right',
      render: (_, payee) => <span className="bc-number">{format.money(payee.owed, currency)}</span>,
    },
  ];
  return (
    <>
      <PageHead
        page="payees"
        title={t('nav.payees')}
        actions={
          mayManage && (
            <>
              <Button onClick={() => setSetting(true)} data-testid="settlement-terms">
                {t('settlement.terms')}
              </Button>
              <Button type="primary" onClick={() => setEdited('new')} data-testid="payee-add">
                {t('settlement.addPayee')}
              </Button>
            </>
          )
        }
      >
        {t('settlement.payeesIntro')}
      </PageHead>
      <div className="bc-stack">
        <Panel flush>
          <div className="bc-filters">
            <SearchBox
              value={search.q}
              onSearch={(q) => void navigate({ search: keepGiven({ q }) })}
              label={t('settlement.searchPayees')}
              testId="payee-search"
            />
          </div>
          <ListTable
            list={list}
            columns={columns}
            rowKey="payee_id"
            label={t('nav.payees')}
            place={search}
            onPlace={(place) => void navigate({ search: keepGiven({ q: search.q, ...place, sort: undefined }) })}
            {...(mayManage && { onOpen: (payee: Payee) => setEdited(payee) })}
            testId="payees"
            empty={
              <NothingListed isFiltered={Boolean(search.q)} title={t('settlement.noPayees')}>
                {t('settlement.noPayeesText')}
              </NothingListed>
            }
          />
        </Panel>
        <AgreementsPanel />
      </div>
      <PayeeDrawer edited={edited} onClose={() => setEdited(null)} />
      <TermsDrawer isOpen={isSetting} onClose={() => setSetting(false)} />
    </>
  );
}
