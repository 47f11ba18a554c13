import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { languageNames, languages, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { actFor } from '../../app/actFor';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import { anew } from '../../queries/back';
import { keptOperator, useOperator, useUpdateOperator } from '../../queries/factors';
import { useMe } from '../../queries/me';
import { type Operator, useCreateOperator, useOperators } from '../../queries/operators';

const route = getRouteApi('/shell/operators');
type Search = ReturnType<typeof route.useSearch>;

const zones = Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }));

/** Makes an operator the one that strangers and stations without one belong to. */
function DefaultButton({ operator, onDone }: { operator: Operator; onDone: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const update = useUpdateOperator();
  if (operator.is_default) return null;
  const ask = () =>
    void modal.confirm({
      title: t('operator.makeDefault'),
      content: t('operator.makeDefaultText', { name: operator.name }),
      okText: t('operator.makeDefault'),
      onOk: () =>
        update
          .mutateAsync({ operatorId: operator.operator_id, body: { is_default: true } })
          .then(onDone)
          .catch(tell.problem),
    });
  return (
    <Button size="small" data-testid="operator-default" onClick={ask}>
      {t('operator.makeDefault')}
    </Button>
  );
}

function OperatorEdit({ operatorId, onClose }: { operatorId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const isNew = operatorId === 'new';
  const asked = isNew ? undefined : operatorId;
  const reading = useOperator(asked, anew);
  const operator = useOpened('operator', asked, reading, onClose);
  const told = useTellKept(keptOperator);
  const create = useCreateOperator();
  const update = useUpdateOperator();

  async function save(values: Schemas['OperatorBody']): Promise<void> {
    if (operator) {
      const left = await update.mutateAsync({ operatorId: operator.operator_id, body: values });
      told.saved(left.name, operator, left);
    } else {
      await create.mutateAsync(values);
      tell.done(t('operator.made', { name: values.name }));
    }
    onClose();
  }

  const { name, slug, currency, time_zone, language } = operator ?? {};
  const begun = { currency: 'EUR', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, language: 'en' };
  return (
    <EditDrawer<Schemas['OperatorBody']>
      key={operator?.operator_id ?? operatorId}
      title={isNew ? t('operator.create') : t('operator.edit')}
      isOpen={isNew || operator !== undefined}
      onClose={onClose}
      testId="operator-form"
      initial={(operator ? { name, slug, currency, time_zone, language } : begun) as Partial<Schemas['OperatorBody']>}
      save={save}
      {...(isNew && { saveLabel: t('action.create') })}
      extra={operator && <DefaultButton operator={operator} onDone={onClose} />}
    >
      <Form.Item name="name" label={t('operator.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={120} data-testid="operator-form-name" />
      </Form.Item>
      <Form.Item
        name="slug"
        label={t('operator.slug')}
        extra={t('operator.slugHint')}
        rules={[{ required: true, pattern: /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, message: t('operator.slugHint') }]}
      >
        <Input maxLength={40} data-testid="operator-form-slug" />
      </Form.Item>
      <Form.Item
        name="currency"
        label={t('operator.currency')}
        extra={t('operator.currencyHint')}
        rules={[{ required: true, pattern: /^[A-Z]{3}$/, message: t('operator.currencyHint') }]}
      >
        <Input maxLength={3} data-testid="operator-form-currency" />
      </Form.Item>
      <Form.Item name="time_zone" label={t('site.zone')}>
        <Select showSearch options={zones} />
      </Form.Item>
      <Form.Item name="language" label={t('driver.language')} extra={t('operator.languageHint')}>
        <Select options={languages.map((value) => ({ value, label: languageNames[value] }))} />
      </Form.Item>
    </EditDrawer>
  );
}

function useColumns(search: Search, open: (operatorId: string) => void): Columns<Operator> {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: me } = useMe();
  return [
    {
      title: t('operator.name'),
      ...sortable('name', search),
      render: (_, operator) => (
        <span className="bc-two-lines">
          <span>
            {operator.name}{' '}
            {operator.is_default && (
              <Mark tone="info" shape="check">
                {t('operator.isDefault')}
              </Mark>
            )}
          </span>
          <span className="bc-code">{operator.slug}</span>
        </span>
      ),
    },
    { title: t('operator.currency'), key: 'currency', dataIndex: 'currency' },
    { title: t('site.zone'), key: 'zone', dataIndex: 'time_zone' },
    {
      title: t('driver.language'),
      key: 'language',
      render: (_, { language }) => languageNames[language as keyof typeof languageNames] ?? language,
    },
    {
      title: t('token.created'),
      key: 'created',
      render: (_, { created_at: at }) => <span className="bc-soft">{format.instant(at, 'date')}</span>,
    },
    {
      title: <span className="bb-visually-hidden">{t('action.more')}</span>,
      key: 'do',
      align: 'right',
      render: (_, { operator_id: id, slug }) => (
        <span className="bc-head-actions">
          <Button size="small" data-testid={`operator-edit-${slug}`} onClick={() => open(id)}>
            {t('action.edit')}
          </Button>
          {id !== me?.operator_id && (
            <Button size="small" data-testid={`operator-act-${slug}`} onClick={() => actFor(id)}>
              {t('operator.act')}
            </Button>
          )}
        </span>
      ),
    },
  ];
}

/** The operators of this installation: for those who run it. */
export function OperatorsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/operators' });
  const list = useOperators(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const columns = useColumns(search, (id) => show(id));
  const addButton = (
    <Button type="primary" icon={<PlusOutlined />} data-testid="operator-create" onClick={() => show('new')}>
      {t('operator.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.operators')} actions={addButton}>
        {t('operator.text')}
      </PageHead>
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('operator.find')}
            testId="operator-search"
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="operator_id"
          label={t('nav.operators')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          testId="operators"
          empty={<NothingListed isFiltered={Boolean(search.q)} title={t('operator.none')} action={addButton} />}
        />
      </Panel>
      <OperatorEdit operatorId={edit} onClose={() => show()} />
    </>
  );
}
