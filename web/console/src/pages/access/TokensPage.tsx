import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, toMillis, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { readTokens, useGroupOptions, useTokens } from '../../queries/access';
import { usePermits } from '../../queries/me';
import { TokenEdit } from './TokenEdit';

const route = getRouteApi('/shell/tokens');
type Token = Schemas['Token'];
type Search = ReturnType<typeof route.useSearch>;

const looks: Record<Exclude<Token['status'], 'active'>, { tone: Tone; shape: Shape }> = {
  blocked: { tone: 'bad', shape: 'cross' },
  frozen: { tone: 'info', shape: 'slash' },
  lost: { tone: 'bad', shape: 'broken' },
  replaced: { tone: 'idle', shape: 'check' },
};

/** Whether a token may be used now: blocked and expired are different things. */
function TokenMark({ token }: { token: Token }) {
  const { t } = useTranslation();
  const now = useNow();
  const ends = toMillis(token.expires_at);
  const begins = toMillis(token.valid_from);
  if (token.status !== 'active')
    return (
      <Mark tone={looks[token.status].tone} shape={looks[token.status].shape}>
        {t(`tokenStatus.${token.status}`)}
      </Mark>
    );
  if (ends !== null && ends <= now)
    return (
      <Mark tone="warn" shape="clock">
        {t('token.isExpired')}
      </Mark>
    );
  if (begins !== null && begins > now)
    return (
      <Mark tone="info" shape="dots">
        {t('token.isEarly')}
      </Mark>
    );
  return (
    <Mark tone="good" shape="check">
      {t('token.isActive')}
    </Mark>
  );
}

function useColumns(search: Search): Columns<Token> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('token.token'),
      ...sortable('value', search),
      render: (_, token) => (
        <span className="bc-two-lines">
          <MayLink
            needs="manage_access"
            to="/tokens"
            search={{ ...search, edit: token.value }}
            className="bc-link bc-code"
          >
            {token.value}
          </MayLink>
          <span>{token.label}</span>
        </span>
      ),
    },
    { title: t('token.kind'), key: 'kind', render: (_, { kind }) => t(`tokenKind.${kind}`) },
    { title: t('token.state'), key: 'state', render: (_, token) => <TokenMark token={token} /> },
    {
      title: t('driver.driver'),
      key: 'driver',
      render: (_, { driver_id: driverId, driver_name: name }) =>
        driverId && (
          <MayLink needs="manage_access" to="/drivers" search={{ edit: driverId }}>
            {name}
          </MayLink>
        ),
    },
    {
      title: t('token.group'),
      key: 'group',
      render: (_, { group }) => group && <span className="bc-code">{group}</span>,
    },
    {
      title: t('token.expires'),
      key: 'expires',
      align: 'right',
      render: (_, { expires_at: at }) => (
        <span className="bc-number bc-soft">{at ? format.instant(at, 'date') : t('token.never')}</span>
      ),
    },
    {
      title: t('token.created'),
      ...sortable('created_at', search),
      align: 'right',
      responsive: ['lg'],
      render: (_, token) => <span className="bc-number bc-soft">{format.instant(token.created_at, 'date')}</span>,
    },
  ];
}

function useFile(search: Search): ListFile<Token> {
  const { t } = useTranslation();
  return {
    title: t('nav.tokens'),
    read: (part) => readTokens(search, part),
    fields: [
      [t('token.token'), (token) => token.value],
      [t('token.label'), (token) => token.label],
      [t('token.kind'), ({ kind }) => t(`tokenKind.${kind}`)],
      [t('token.state'), ({ status }) => (status === 'active' ? t('token.isActive') : t(`tokenStatus.${status}`))],
      [t('driver.driver'), (token) => token.driver_name],
      [t('token.group'), (token) => token.group],
      [t('token.validFrom'), (token) => token.valid_from],
      [t('token.expires'), (token) => token.expires_at],
      [t('token.created'), (token) => token.created_at],
    ],
  };
}

export function TokensPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/tokens' });
  const permits = usePermits();
  const columns = useColumns(search);
  const groups = useGroupOptions();
  const list = useTokens(search);
  const file = useFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const addButton = permits('manage_access') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="token-create" onClick={() => show('new')}>
      {t('token.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="tokens" title={t('nav.tokens')} actions={addButton} />
      <Panel flush>
        <div className="bc-filters">
          <SearchBox value={search.q} onSearch={(q) => change({ q })} label={t('token.search')} testId="token-search" />
          <Select
            allowClear
            value={search.group}
            placeholder={t('token.group')}
            aria-label={t('token.group')}
            style={{ minWidth: 180 }}
            options={groups}
            onChange={(group?: string) => change({ group })}
          />
          {search.driver && <Button onClick={() => change({ driver: undefined })}>{t('token.allDrivers')}</Button>}
          <ListTools list="tokens" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="token_id"
          label={t('nav.tokens')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          {...(permits('manage_access') && { onOpen: ({ value }: Token) => show(value) })}
          testId="tokens"
          empty={
            <NothingListed
              isFiltered={Boolean(search.q || search.group || search.driver)}
              names={{ driver: search.driver, group: search.group }}
              onClear={(noun) => change({ [noun]: undefined })}
              title={t('token.none')}
              action={addButton}
            >
              {t('token.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <TokenEdit
        value={permits('manage_access') ? edit : undefined}
        onClose={() => show()}
        onReplaced={(value) => show(value)}
        {...(search.driver && { driverId: search.driver })}
      />
    </>
  );
}
