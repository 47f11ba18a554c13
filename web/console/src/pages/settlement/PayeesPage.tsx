import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useOpened } from '../../parts/useUnopened';
import { usePermits } from '../../queries/me';
import { useCurrency, usePayee, usePayees } from '../../queries/settlement';
import { AgreementsPanel, type PayeesForm } from './AgreementsPanel';
import { PayeeDrawer } from './PayeeDrawer';
import { TermsDrawer } from './TermsDrawer';

const route = getRouteApi('/shell/payees');
type Payee = Schemas['Payee'];

/** What `edit` opens that is no payee of the list. */
const forms: ReadonlySet<string | undefined> = new Set(['new', 'terms', 'agreement']);

/** Whom the revenue is shared with, and on what terms. */
export function PayeesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/payees' });
  const permits = usePermits();
  const currency = useCurrency();
  const list = usePayees(search);
  const { edit: _edit, end: _end, ...rest } = search;
  const open = (form: PayeesForm) => void navigate({ search: keepGiven({ ...rest, ...form }), resetScroll: false });
  const close = () => open({});
  const mayManage = permits('manage_money');
  const asked = mayManage && !forms.has(search.edit) ? search.edit : undefined;
  const opened = useOpened('payee', asked, usePayee(asked), close);
  const edited = search.edit === 'new' ? 'new' : opened;
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
              <Button onClick={() => open({ edit: 'terms' })} data-testid="settlement-terms">
                {t('settlement.terms')}
              </Button>
              <Button type="primary" onClick={() => open({ edit: 'new' })} data-testid="payee-add">
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
            {...(mayManage && { onOpen: ({ payee_id: id }: Payee) => open({ edit: id }) })}
            testId="payees"
            empty={
              <NothingListed isFiltered={Boolean(search.q)} title={t('settlement.noPayees')}>
                {t('settlement.noPayeesText')}
              </NothingListed>
            }
          />
        </Panel>
        <AgreementsPanel asked={search} onOpen={open} />
      </div>
      <PayeeDrawer edited={(mayManage && edited) || null} onClose={close} />
      <TermsDrawer isOpen={mayManage && search.edit === 'terms'} onClose={close} />
    </>
  );
}
