import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, toMillis, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button, DatePicker, Form, Input, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useApiKeys, useCreateApiKey, useRevokeApiKey } from '../../queries/admin';
import { useSiteOptions } from '../../queries/sites';
import { useShowSecret } from '../station/useShowSecret';
import { roles } from './roles';

const route = getRouteApi('/shell/api-keys');
type ApiKey = Schemas['ApiKey'];
type Search = ReturnType<typeof route.useSearch>;

interface Values {
  name: string;
  role: Schemas['Role'];
  site_ids: string[];
  expires_at?: Dayjs | null;
}

function KeyMark({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const now = useNow();
  const ends = toMillis(apiKey.expires_at);
  if (apiKey.revoked_at)
    return (
      <Mark tone="idle" shape="cross">
        {t('apiKey.isRevoked')}
      </Mark>
    );
  if (ends !== null && ends <= now)
    return (
      <Mark tone="warn" shape="clock">
        {t('token.isExpired')}
      </Mark>
    );
  return (
    <Mark tone="good" shape="check">
      {t('token.isActive')}
    </Mark>
  );
}

function KeyCreate({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateApiKey();
  const sites = useSiteOptions();
  const showSecret = useShowSecret();

  async function save({ expires_at: ends, ...values }: Values): Promise<void> {
    const { secret } = await create.mutateAsync({
      ...values,
      is_platform: false,
      expires_at: ends?.toISOString() ?? null,
    });
    onClose();
    showSecret({ title: t('apiKey.made'), text: t('apiKey.madeText'), secret });
  }

  return (
    <EditDrawer<Values>
      title={t('apiKey.create')}
      isOpen={isOpen}
      onClose={onClose}
      testId="api-key-form"
      initial={{ role: 'viewer', site_ids: [] }}
      saveLabel={t('action.create')}
      save={save}
    >
      <Form.Item
        name="name"
        label={t('apiKey.name')}
        extra={t('apiKey.nameHint')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input autoFocus maxLength={120} data-testid="api-key-form-name" />
      </Form.Item>
      <Form.Item name="role" label={t('staff.role')} extra={t('staff.roleHint')}>
        <Select options={roles.map((value) => ({ value, label: t(`role.${value}`) }))} />
      </Form.Item>
      <Form.Item name="site_ids" label={t('token.sites')} extra={t('staff.sitesHint')}>
        <Select mode="multiple" allowClear optionFilterProp="label" options={sites} />
      </Form.Item>
      <Form.Item name="expires_at" label={t('token.expires')}>
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
      </Form.Item>
    </EditDrawer>
  );
}

export function ApiKeysPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { modal } = App.useApp();
  const tell = useTell();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/api-keys' });
  const list = useApiKeys(search);
  const revoke = useRevokeApiKey();
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven(changed) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const columns: Columns<ApiKey> = [
    {
      title: t('apiKey.name'),
      key: 'name',
      render: (_, apiKey) => (
        <span className="bc-two-lines">
          <span>{apiKey.name}</span>
          <span className="bc-code">{apiKey.prefix}…</span>
        </span>
      ),
    },
    { title: t('driver.state'), key: 'state', render: (_, apiKey) => <KeyMark apiKey={apiKey} /> },
    { title: t('staff.role'), key: 'role', render: (_, { role }) => t(`role.${role}`) },
    {
      title: t('token.expires'),
      key: 'expires',
      render: (_, { expires_at: at }) => <span className="bc-soft">{at ? format.instant(at) : t('token.never')}</span>,
    },
    {
      title: t('apiKey.used'),
      key: 'used',
      render: (_, { used_at: at }) => <span className="bc-soft">{at ? format.age(at, now) : t('driver.never')}</span>,
    },
    {
      title: t('token.created'),
      key: 'created',
      render: (_, apiKey) => <span className="bc-soft">{format.instant(apiKey.created_at, 'date')}</span>,
    },
    {
      key: 'revoke',
      align: 'right',
      render: (_, apiKey) =>
        !apiKey.revoked_at && (
          <Button
            size="small"
            danger
            onClick={() =>
              void modal.confirm({
                title: t('apiKey.revokeAsk', { name: apiKey.name }),
                content: t('apiKey.revokeText'),
                okText: t('apiKey.revoke'),
                okButtonProps: { danger: true },
                onOk: () => revoke.mutateAsync(apiKey.api_key_id).catch(tell.problem),
              })
            }
          >
            {t('apiKey.revoke')}
          </Button>
        ),
    },
  ];
  const addButton = (
    <Button type="primary" icon={<PlusOutlined />} data-testid="api-key-create" onClick={() => show('new')}>
      {t('apiKey.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.apiKeys')} actions={addButton}>
        <a href="/docs" target="_blank" rel="noreferrer">
          {t('apiKey.docs')}
        </a>
      </PageHead>
      <Panel flush>
        <ListTable
          list={list}
          columns={columns}
          rowKey="api_key_id"
          label={t('nav.apiKeys')}
          place={search}
          onPlace={(place) => change({ ...place })}
          testId="api-keys"
          empty={
            <NothingListed isFiltered={false} title={t('apiKey.none')} action={addButton}>
              {t('apiKey.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <KeyCreate isOpen={search.edit === 'new'} onClose={() => show()} />
    </>
  );
}
